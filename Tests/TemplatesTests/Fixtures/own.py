"""Writes own.json: templates of our own, with what Jinja makes of them.

The whole templates meet every conversation of conversations.json; the short ones show one rule each.
"""

import json
import os

from conversations import FOLDER, all_variables
from environment import render

WHOLE = {
    "marks": """\
{%- set ns = namespace(first=true, tools=0) -%}
{%- for message in messages %}
    {%- if message.role == 'system' and loop.first %}
        {{- '<|system|>\\n' ~ message.content | trim ~ '\\n' }}
    {%- elif message['role'] in ['user', 'ipython'] %}
        {{- '<|user|>\\n' }}
        {%- if message.content is string %}
            {{- message.content }}
        {%- elif message.content is iterable %}
            {%- for item in message.content if item.type in ('text', 'image') %}
                {{- item.text if item.type == 'text' else '<image>' }}
            {%- endfor %}
        {%- else %}
            {{- raise_exception('content of turn ' ~ loop.index0 ~ ': ' ~ message.content) }}
        {%- endif %}
        {{- '\\n' }}
    {%- elif message.role == 'assistant' %}
        {{- '<|assistant|>\\n' }}
        {%- generation %}
            {%- if '</think>' in (message.content or '') %}
                {{- message.content.split('</think>')[-1].lstrip('\\n') }}
            {%- elif message.content %}
                {{- message.content }}
            {%- endif %}
            {%- for call in message.tool_calls or [] %}
                {%- set call = call.function if call.function is defined else call %}
                {%- set ns.tools = ns.tools + 1 %}
                {{- '\\n<call n="%d">' % ns.tools + call.name }}{{ call.arguments | tojson }}
            {%- endfor %}
            {{- eos_token }}
        {%- endgeneration %}
        {{- '\\n' if not loop.last }}
    {%- elif message.role == 'tool' %}
        {%- if loop.previtem is undefined or loop.previtem.role != 'tool' %}{{ '<|tool|>' }}{% endif %}
        {{- message.content if message.content is string else message.content | tojson(indent=2) }}
    {%- else %}
        {{- raise_exception('unknown role') }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% if enable_thinking is false %}{{ '<think></think>' }}{% endif %}{% endif %}
""",
    "brackets": """\
{% macro kind(spec) %}
{% if spec.type is string %}{{ {'string': 'str', 'integer': 'int'}.get(spec.type, 'any') }}
{%- elif spec.type is iterable %}{% for each in spec.type %}{{ kind({'type': each}) }}{{ '|' if not loop.last }}{% endfor %}
{%- else %}none{% endif %}
{% endmacro %}
{% if messages and messages[0].role == 'system' %}
{% set system, turns = messages[0].content, messages[1:] %}
{% else %}
{% set system, turns = '', messages %}
{% endif %}
{{ bos_token }}
{%- for tool in tools or [] %}
[TOOL {{ loop.index }}/{{ loop.length }}] {{ (tool.function or tool).name | upper }}
{% for name, spec in ((tool.function or tool).parameters or {}).properties | default({}) | dictsort %}
  {{ name }}: {{ kind(spec) | trim }}
{% endfor %}
{%+ endfor %}
{% for message in turns %}
{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}
{{ raise_exception('roles must alternate: ' + messages | map(attribute='role') | join(', ')) }}
{% endif %}
{% if message.role == 'user' %}
[INST] {% if loop.last and system %}{{ system }}

{% endif %}{{ message.content }} [/INST]
{%- else %}
 {%+ generation %}{{ message.content | trim }}{% endgeneration %}{{ eos_token }}
{%- endif %}
{% endfor %}
{% for document in documents or [] %}{{ document.title }}: {{ document.text | indent(2, first=true) }}{% endfor %}
Today is {{ strftime_now('%d %B %Y') }}.
""",
}

SHORT = [
    # White space around tags.
    "a\n{% if true %}\nb\n{% endif %}\nc\n", "  {% set x = 1 %}  {{ x }}  \n", "a {%- set x = 1 -%} b",
    "a\n  {%+ if true %}\nb{% endif %}", "a{# c #}\nb", "a\n  {#- c -#}\n  b", "{{ 1 }}\n{{ 2 }}\n\n",
    "\n\n{{- 1 -}}\n\n", "a\r\nb\rc\n", "{% raw %}{{ x }}\n{% endraw %}\nz", "{%- raw -%} {% x %} {%- endraw -%} z",
    "{% if true +%}\na{% endif %}", "\t{% if true %}\ta{% endif %}\n", "x  {% if true %}y{% endif %}",
    # Scopes.
    "{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}",
    "{% if true %}{% set x = 1 %}{% endif %}{{ x }}", "{{ y }}{% set y = 1 %}{{ y }}",
    "{% macro m() %}{{ y }}{% endmacro %}{{ m() }}{% set y = 1 %}{{ m() }}",
    "{% for i in [1, 2] %}{{ y }}{% if i == 1 %}{% set y = i %}{% endif %}{{ y }};{% endfor %}",
    "{% for i in [] %}a{% else %}b{% endfor %}", "{% for i in [1] %}{% break %}{% else %}b{% endfor %}",
    "{% for i in [1, 2] %}{% continue %}{% else %}b{% endfor %}",
    "{% for a, b in {'x': 1}.items() %}{{ a }}{{ b }}{% endfor %}{{ a }}",
    "{% with a = 1, b = a %}{{ b }}{% endwith %}{{ a }}",
    "{% set a %}x{% set b = 2 %}{% endset %}{{ a }}{{ b }}",
    "{% set ns = namespace(i=0) %}{% for x in [3, 4] %}{% set ns.i = ns.i + x %}{% endfor %}{{ ns.i }}{{ ns }}",
    "{% set seen = namespace(l=[]) %}{% for x in 'abcab' if x not in seen.l %}{% set seen.l = seen.l + [x] %}{{ x }}{% endfor %}",
    # Macros.
    "{% macro m(a, b=a, c='z') %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}{{ m(1, c=2) }}{{ m() }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 'a', x=2) }}",
    "{% macro m() %}[{{ caller('q') }}]{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}",
    "{% macro m() %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}{{ m }}",
    "{% macro f(n) %}{{ n if n < 2 else f(n - 1) | int + f(n - 2) | int }}{% endmacro %}{{ f(9) }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(*[1]) }}{{ m(**{'x': 2}) }}",
    # Loops.
    "{% for x in 'abc' %}{{ loop.index }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.previtem }}{{ loop.nextitem }} {% endfor %}",
    "{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in [1, [2, [3]]] recursive %}{{ loop.depth }}{{ x if x is number else loop(x) }}{% endfor %}",
    "{% set g = [1, 2, 3] | select('odd') %}{{ g | list }}{{ g | list }}",
    "{% for x in [1, 2] | map('string') %}{{ loop.length }}{{ x }}{% endfor %}",
    # Values as they print.
    "{{ [1, 1.0, 1e16, 1e-5, -0.0, 1e22, 123456789.123, true, none, 'a', \"it's\", 'é\\n\\x00\\u200b', (1,), {}, {'a': [1]}] }}",
    "{{ none }}{{ true }}{{ 1 == 1.0 }}{{ 7 // -2 }}{{ -7 % 3 }}{{ 7 / 2 }}{{ 2 ** 3 ** 2 }}{{ 2 ** -1 }}{{ -7.5 // 2 }}",
    "{{ {1: 'a', true: 'b', 1.0: 'c'} }}{{ {'b': 1, 'a': 2} }}{{ [] == () }}{{ [1] + [2] }}{{ (1, 2) + (3,) }}",
    "{{ 'a' ~ 1 ~ none ~ [x] }}{{ 'ab' * 2 }}{{ 'b' in 'abc' }}{{ 1 < 2 < 3 }}{{ 'a' < 'B' }}{{ not x }}",
    "{{ '😀é́'|length }}{{ '😀é́'[1] }}{{ '😀é́'[::-1] }}{{ 'é' == 'é' }}", "{{ [3, 1, 2][::-1] }}{{ 'hello'[-3:] }}{{ [1, 2, 3][5:] }}",
    "{{ '%s is %5.2f and %-4d|' % ('x', 2.5, 7) }}{{ '%(a)s' % {'a': 1} }}{{ '{:>5}|{a!r}'.format(1, a='b') }}",
    "{{ (x.a is undefined) if x else 'no' }}{{ {}['a'] }}{{ [][1] }}{{ none.a }}{{ x is defined }}{{ x | default('d') }}{{ '' | default('d', true) }}",
    "{{ 1 if false }}{{ range(5)[1:3] }}{{ range(3) }}{{ {'a': 1}.items() }}{{ {'a': 1} | items | list }}",
    # JSON.
    "{{ {'é': [1, 1.5, true, none, '</a>\"\\n\\u2028\\x7f']} | tojson }}", "{{ {'b': {'a': []}, 'a': [1, {}]} | tojson(indent=2) }}",
    "{{ {'b': 1, 'a': 'é😀'} | tojson(ensure_ascii=true, sort_keys=true, separators=(',', ':')) }}", "{{ [1] | tojson(indent=0) }}",
    # Escapes.
    "{{ '<a>' | e }}{{ '<a>' | safe + '<b>' }}{{ ['<a>' | safe] }}{{ '<a>' | e | upper }}{{ '%s' | safe % '<' }}",
    # Texts.
    "{{ ' a b  c '.split() }}{{ 'a,b,,c'.split(',') }}{{ ' a b c'.split(none, 1) }}{{ 'a b c '.rsplit(none, 1) }}{{ 'a-b-c'.rsplit('-', 1) }}",
    "{{ 'straße ΑΣ'.upper() }}{{ 'ΑΣ'.lower() }}{{ 'hELLO wORLD'.title() }}{{ 'hello-world (a)' | title }}{{ 'ǆ'.capitalize() }}",
    "{{ 'a\\n\\n b' | indent(2) }}{{ 'a\\nb' | indent('> ', true) }}{{ 'a b c d' | truncate(5, true, '') }}{{ 'x' | center(5) }}|",
    "{{ 2.5 | round }}{{ 2.675 | round(2) }}{{ 1234 | round(-2) }}{{ 2.1 | round(0, 'ceil') }}{{ '0x1f' | int(0, 16) }}{{ '3.9' | int }}{{ 'x' | float(1.0) }}",
    # Lists.
    "{{ ['b', 'A', 'a'] | sort }}{{ {'b': 1, 'A': 2} | dictsort }}{{ ['a', 'A', 'b'] | unique | list }}{{ [1, 2, 3] | sum }}{{ ['b', 'A'] | min }}",
    "{{ [{'a': 1}, {'b': 2}] | selectattr('a', 'defined') | list }}{{ [{'a': {'b': 1}}] | map(attribute='a.b') | list }}",
    "{{ [1, 2, 3, 4, 5] | batch(2, 0) | list }}{{ [1, 2, 3, 4, 5] | slice(2) | list }}{{ [{'k': 1}, {'k': 2}, {'k': 1}] | groupby('k') }}",
    "{{ 1 is sameas 1 }}{{ none is none }}{{ 'a' is string }}{{ {} is mapping }}{{ 'a' is sequence }}{{ 1 is number }}{{ true is integer }}{{ 4 is divisibleby 2 }}{{ 'a' is in 'abc' }}{{ x is not defined }}",
    "{{ strftime_now('%d %b %Y %H:%M:%S.%f') }}{{ cycler('a', 'b').next() }}{% set j = joiner() %}{{ j() }}a{{ j() }}b",
    # What fails.
    "{{ x.a }}", "{{ x is undefined if x else 'no' }}", "{{ 1 + 'a' }}", "{{ [].append(1) }}", "{{ ''.__class__.__mro__ }}", "{{ {}.update({}) }}", "{% set x.a = 1 %}",
    "{{ raise_exception('a') }}", "{{ x | tojson }}", "{{ range(100001) | list }}", "{{ 1 / 0 }}", "{{ x() }}", "{{ 'a' | nope }}",
    "{% if false %}{{ 'a' | nope }}{% endif %}", "{{ '%d' % 'a' }}", "{{ namespace(_a=1) }}", "{% for x in 1 %}{% endfor %}", "{{ [1, 'a'] | sort }}",
    # Generated text.
    "{% for m in ['é', 'b'] %}<{% generation %}{{ m }}!{% endgeneration %}>{% endfor %}",
    "{% set x = 1 %}{% generation %}{% set x = 2 %}{{ x }}{% endgeneration %}{{ x }}",
]


if __name__ == "__main__":
    rows = []
    for name, source in WHOLE.items():
        results = [
            render(source, {**variables, "add_generation_prompt": True}) or {}
            for variables in all_variables()
        ]
        rows.append(json.dumps({"name": name, "template": source, "results": results}, ensure_ascii=False))
    for source in SHORT:
        rows.append(json.dumps({"template": source, "results": [render(source, {}) or {}]}, ensure_ascii=False))
    with open(os.path.join(FOLDER, "own.json"), "w") as file:
        file.write("[\n" + ",\n".join(rows) + "\n]\n")
