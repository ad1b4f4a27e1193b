"""Writes random.json: small random templates, and what Jinja makes of them.

    python3 random_templates.py [SEED [COUNT [FILE]]]

Half of them are single expressions, of which many fail; half are statements over expressions that
mostly do not. Left out is what depends on the place of an object in memory, and what this
interpreter refuses on purpose: slices of literals that have none, which Jinja folds away, and spans
of generated text within one another, which the transformers library misplaces.
"""

import copy
import json
import os
import random
import signal
import sys
import warnings

from conversations import FOLDER
from environment import render

VARIABLES = {
    "s": "Héllo Wörld", "e": "", "n": 3, "z": 0, "neg": -7, "f": 2.5, "big": 1e20, "t": True,
    "no": False, "none_": None, "l": [3, 1, 2], "ls": ["b", "A", "c", "B"], "el": [], "ed": {},
    "d": {"b": 1, "a": "x", "C": None, "items": 5},
    "ld": [{"k": "x", "v": 1, "o": {"p": 2}}, {"k": "Y", "v": 3}, {"k": "x", "v": None}],
    "nest": [[1, 2], [3, [4]]], "emoji": "a😀b👩‍👩‍👧", "ml": "l1\n  l2\n\nl3\r\nl4",
    "html": "<a href='x'>&\"</a>", "num": "42", "fs": " 1.5 ", "ss": "the quick brown fox jumps",
    "mix": [1, "a", None, True, 2.0, [1], {"q": 1}], "tt": "ΑΣ ǆ ß İı ŉ",
}
NAMES = list(VARIABLES) + ["undefined", "x", "y"]
TEXTS = [
    "''", "'a'", "'ab c'", '"é😀"', "'%s-%d'", "'{}|{!r:>5}'", "'x,y,,z'", "' pad '", "'A\\nB'",
    "'%'", "'b'", "'\\t'", "'l'", "'o'",
]
NUMBERS = ["0", "1", "2", "-1", "10", "3.0", "0.5", "7", "1e3", "100", "-2.5"]
FILTERS = """upper lower trim length count string title capitalize first last list sort reverse|list
join int float abs round items|list dictsort unique|list min max sum safe e escape forceescape tojson
wordcount urlencode default('D') filesizeformat indent center(9) round(1) round(-1) round(1,'ceil')
indent(2,true,true) truncate(9,true,'..',0) truncate(9) map('upper')|list map(attribute='k')|list
map(attribute='o.p',default=0)|list select('string')|list reject('none')|list select|list
selectattr('v')|list selectattr('k','equalto','x')|list rejectattr('o','defined')|list
sort(reverse=true) sort(attribute='k') sort(case_sensitive=true) dictsort(true) dictsort(by='value')
groupby('k') batch(2)|list batch(2,0)|list slice(2)|list slice(2,0)|list tojson(indent=2)
tojson(ensure_ascii=true) tojson(sort_keys=true) tojson(separators=(',',':')) attr('k')
attr('append') trim('Hd') sum(attribute='v') sum(start=1) unique(attribute='k')|list join('-')
join(',',attribute='k') int(0,16) int(5) replace('l','L') replace('',1,2) format(1)""".split()
TESTS = """defined undefined none string number mapping sequence iterable boolean true false integer
float odd even upper lower callable escaped filter test divisibleby(3) eq(1) in([1,'a']) gt(1)
ne('a')""".split()
METHODS = """upper() lower() strip() split() split(',') rsplit(' ',1) split(' ',1) split(none,2)
rsplit(none,1) splitlines() splitlines(true) title() capitalize() swapcase() lstrip('Hl')
rstrip('d ') startswith('H') endswith(('d','x')) find('l') rfind('l') index('l') count('l')
count('') replace('l','L') replace('','-') replace('l','L',1) join(ls) join(l) zfill(8)
center(15,'*') center(14) ljust(14) rjust(14,'.') partition('l') rpartition('l') removeprefix('H')
removesuffix('d') isalpha() isdigit() isupper() islower() isspace() istitle() isalnum() isnumeric()
isidentifier() expandtabs(4) casefold() format(1,a=2) items() keys() values() get('a') get('zz','q')
get('zz') index(1) count(1) append(1) pop() update({}) copy() is_integer() bit_length()
startswith('l',2) find('l',3,9) find('',20) endswith('l',0,4) isascii() a b k 0 1 items name
__class__ __init__.__globals__""".split()
FORMATS = [
    "'%5.2f|%-6s|%05d|%x' % ({0}, {1}, n, n)", "'%s' % ({0},)", "'%r' % ({0},)",
    "'{{:>8}}'.format({0})", "'{{0:.3}}'.format({0})", "'{{a.b}}{{a[0]}}'.format(a={0})",
    "'{{:,}}'.format({0})", "'{{:08.3f}}'.format({0})", "'%(a)s' % d", "'%g %e' % ({0}, {1})",
    "'%.3s|%8r|%+d|% d|%#x|%c' % ({0}, {1}, n, n, n, 'c')", "range({0})|list", "dict(a={0})",
    "strftime_now('%Y-%m-%d %H:%M:%S %f %B %j %p %-d %c')", "namespace(a={0}).a",
]
LOOP = """loop.index loop.index0 loop.first loop.last loop.length loop.revindex loop.revindex0
loop.previtem loop.nextitem loop.cycle('a','b') loop.changed(x) loop.depth loop""".split()
SEQUENCES = """l ls ld nest mix s d ss range(4) range(1,9,3) range(3,0,-1) d.items() d.keys()
d.values() undefined el ed emoji l|map('string') ld|map(attribute='k') ls|select('string')""".split()


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pick = self.random.choice

    def atom(self):
        kind = self.pick("tnvvvw")
        if kind == "t":
            return self.pick(TEXTS)
        if kind == "n":
            return self.pick(NUMBERS)
        return self.pick(["true", "false", "none"]) if kind == "w" else self.pick(NAMES)

    def part(self, depth):
        return self.atom() if depth <= 0 else f"({self.expression(depth - 1)})"

    def expression(self, depth):
        """Anything, whether it makes sense or not."""
        if depth <= 0:
            return self.atom()
        a, b, c = (self.part(depth - 1) for _ in range(3))
        return self.pick([
            lambda: self.atom(),
            lambda: f"{a} {self.pick(['+', '-', '*', '/', '//', '%', '**', '~'])} {b}",
            lambda: f"{a} {self.pick(['+', '~', '-', '*'])} {b} {self.pick(['+', '*', '~'])} {c}",
            lambda: f"{a} {self.pick(['==', '!=', '<', '>', '<=', '>=', 'in', 'not in'])} {b}",
            lambda: f"{a} < {b} {self.pick(['<', '==', 'in'])} {c}",
            lambda: f"{a} {self.pick(['and', 'or'])} {b}",
            lambda: f"not {a}",
            lambda: f"{a} if {b}{self.pick([' else ' + c, ''])}",
            lambda: f"{a}|{self.pick(FILTERS)}",
            lambda: f"{a}|{self.pick(FILTERS)}",
            lambda: f"{a}|default({b}, {self.pick(['true', 'false'])})",
            lambda: f"{a}|replace({b}, {c})",
            lambda: f"{a} is {self.pick(['', 'not '])}{self.pick(TESTS)}",
            lambda: f"{a}.{self.pick(METHODS)}",
            lambda: f"{a}.{self.pick(METHODS)}",
            lambda: f"{a}[{b}]",
            lambda: f"{self.pick(NAMES)}[{self.pick(['', '1', b])}:{self.pick(['', '-1', c])}]",
            lambda: f"{self.pick(NAMES)}[::{self.pick(['-1', '2', b])}]",
            lambda: f"[{a}, {b}]",
            lambda: f"({a}, {b})",
            lambda: "{" + f"{a}: {b}, {self.pick(TEXTS)}: {c}" + "}",
            lambda: f"-{a}",
            lambda: self.pick(FORMATS).format(a, b),
        ])()

    def safe(self, depth):
        """What does not fail."""
        if depth <= 0:
            return self.pick(TEXTS + NUMBERS + NAMES + NAMES)
        a, b, c = (f"({self.safe(depth - 1)})" for _ in range(3))
        return self.pick([
            lambda: self.safe(0),
            lambda: f"{a} ~ {b}",
            lambda: f"{a} == {b}",
            lambda: f"{self.pick(NAMES)} is {self.pick(['', 'not '])}{self.pick(TESTS[:8])}",
            lambda: f"{a}|string|{self.pick(['upper', 'trim', 'length', 'title', 'list', 'tojson'])}",
            lambda: f"{a}|default({b}, true)",
            lambda: f"{a} if {b} else {c}",
            lambda: f"{a} {self.pick(['and', 'or'])} {b}",
            lambda: f"[{a}, {b}]",
            lambda: f"{a} in [{b}, x]",
            lambda: f"ld[{self.random.randint(-4, 4)}]",
            lambda: f"(s ~ {a})[{self.pick(['', '1', '-2'])}:{self.pick(['', '3', '-1'])}]",
        ])()

    def tag(self, inner):
        opening = self.pick(["{%", "{%", "{%-", "{%+"])
        return f"{opening} {inner} {self.pick(['%}', '%}', '-%}', '+%}'])}"

    def space(self):
        return self.pick(["", " ", "\n", "\n  ", "  \n", "\t", "text ", "é\n", " \n \n"])

    def body(self, depth, in_loop=False):
        count = self.random.randint(1, 3)
        return "".join(
            self.space() + self.statement(depth, in_loop) + self.space() for _ in range(count)
        )

    def output(self, in_loop):
        value = self.pick(LOOP) if in_loop and self.random.random() < 0.4 else self.safe(2)
        return self.pick(["{{ ", "{{- "]) + value + self.pick([" }}", " -}}"])

    def statement(self, depth, in_loop):
        if depth <= 0 or self.random.random() < 0.25:
            return self.output(in_loop)
        a, b = self.safe(1), self.safe(1)
        inner, other = self.body(depth - 1, in_loop), self.body(depth - 1, in_loop)
        looped = self.body(depth - 1, True)
        name = self.pick(["x", "y", "n", "s", "l", "q"])
        otherwise = self.pick(["", self.tag("else") + other])
        return self.pick([
            lambda: self.tag(f"set {name} = {self.safe(2)}"),
            lambda: self.tag(f"set x, y = {self.pick([a + ', ' + b, 'nest'])}"),
            lambda: self.tag(f"set {name}{self.pick(['', '|upper'])}") + inner + self.tag("endset"),
            lambda: self.tag(f"if {a}") + inner + otherwise + self.tag("endif"),
            lambda: self.tag(f"if {a}") + inner + self.tag(f"elif {b}") + other + self.tag("endif"),
            lambda: self.loop(looped, otherwise),
            lambda: self.loop(looped, otherwise),
            lambda: "{% set ns = namespace(a=" + a + ") %}{% for x in l %}{% set ns.a = x ~ ns.a %}"
            + looped + "{% endfor %}{{ ns.a }}",
            lambda: self.macro(depth, in_loop),
            lambda: self.tag(f"with x = {a}, y = {b}") + inner + self.tag("endwith"),
            lambda: self.tag(f"filter {self.pick(['upper', 'trim', 'indent', 'title'])}") + inner
            + self.tag("endfilter"),
            lambda: self.tag("generation") + inner.replace("generation", "with")
            + self.tag("endgeneration"),
            lambda: self.pick(["{#", "{#-"]) + " {{ x }} " + self.pick(["#}", "-#}"]),
            lambda: self.tag("raw").replace("+%}", "%}") + self.space() + "{{ x }}{% if %}"
            + self.tag("endraw"),
            lambda: self.tag("for x in nest recursive") + "{{ loop.depth }}{% if x is number %}{{ x }}"
            + "{% else %}{{ loop(x) }}{% endif %}" + self.tag("endfor"),
        ])()

    def loop(self, body, otherwise):
        target = self.pick(["x", "y", "i", "x, y", "n"])
        condition = self.pick(["", "", f" if {self.safe(1)}", f" if {target[0]}"])
        leave = "{% if " + self.safe(1) + " %}{% " + self.pick(["break", "continue"]) + " %}{% endif %}"
        head = self.tag(f"for {target} in {self.pick(SEQUENCES)}{condition}")
        return head + self.pick(["", "", leave]) + body + otherwise + self.tag("endfor")

    def macro(self, depth, in_loop):
        parameters = self.pick(["", "a", "a, b", "a, b=1", "a='x', b=a", "x, y=n"])
        extra = self.pick(["", "{{ varargs }}", "{{ kwargs }}", "{{ caller() }}", "{{ a }}|{{ b }}"])
        call = "{{ m(" + self.pick(["", "1", "1, 2", "a=5", "b=3", "1, 2, 3", "x", "q=1"]) + ") }}"
        block = "{% call m(1) %}" + self.body(depth - 1, in_loop) + "{% endcall %}"
        head = self.tag(f"macro m({parameters})")
        return head + self.body(depth - 1) + extra + self.tag("endmacro") + self.pick([call, block])


class Slow(BaseException):
    pass


def stop(*_):
    raise Slow()


def cases(seed, count, longest):
    writer = Writer(seed)
    signal.signal(signal.SIGALRM, stop)
    while count > 0:
        if count % 2:
            source = "{{ " + writer.expression(writer.random.randint(1, 4)) + " }}"
        else:
            source = writer.body(writer.random.randint(1, 3))
        signal.setitimer(signal.ITIMER_REAL, 2)
        try:
            # Some of Jinja's filters change a list that they refuse.
            result = render(source, copy.deepcopy(VARIABLES))
        except Slow:
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        text = result["text"] if result else ""
        if " at 0x" in text or "<class" in text or "j)" in text:
            continue
        if longest and len(source) + len(text) > longest:
            continue
        count -= 1
        yield {"template": source, **(result or {})}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    options = sys.argv[1:]
    seed = int(options[0]) if options else 1
    count = int(options[1]) if len(options) > 1 else 1600
    path = options[2] if len(options) > 2 else os.path.join(FOLDER, "random.json")
    rows = [json.dumps(each, ensure_ascii=False) for each in cases(seed, count, 0 if options else 400)]
    with open(path, "w") as file:
        variables = json.dumps(VARIABLES, ensure_ascii=False)
        file.write('{"variables": ' + variables + ', "cases": [\n' + ",\n".join(rows) + "\n]}\n")
