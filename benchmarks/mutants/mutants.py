"""Gives the program changed inputs, and reports traps, endless work and raw control characters.

usage: mutants.py PROGRAM N SEED
"""
import http.server
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

LIMIT = 60  # seconds; an idle machine answers within one
CODES = {0, 1, 2, 3, 4, 5, 6, 75}

RECIPE = """name: mutant
seeds: [0, 1]
threads: 1
data:
  reviews: {generate: {reviews: 48, seed: 1}}
  rows: {files: rows.jsonl, columns: {text: review}, part: [0, 0.9], where: {label: 1}}
  pairs: {files: [pairs.jsonl], replace: [["zz", "y"]], lowercase: true}
  wished: {files: texts.jsonl, cut: {prompt: 2, completion: 6}, noise: {share: 0.2, seed: 3}}
stages:
  words: {kind: tokenizer, data: reviews, vocabulary: 300}
  sft:
    kind: language-model
    data: reviews
    tokenizer: words
    model: {layers: 1, hidden: 16, heads: 2, positions: 64}
    max_length: 48
    training: {steps: 2, batch: 4, learning_rate: 1e-2, warmup: 0.1, beta2: 0.95, clip: 1}
  candidates: {kind: sample, policy: sft, prompts: reviews, prefix_tokens: 4, per_prompt: 2,
               max_tokens: 8, temperature: 0.9, chunk: 8, limit: 8, reward: synthetic}
  dpo: {kind: align, objective: dpo-pref, policy: sft, data: pairs, beta: 0.1,
        training: {steps: 1, batch: 2, learning_rate: 1e-3}, probe_prompts: 2}
  ppo: {kind: on-policy, method: ppo, policy: sft, prompts: reviews, prefix_tokens: 4, steps: 1,
        batch: 2, max_tokens: 4, reward: synthetic, training: {learning_rate: 1e-4}}
  spin: {kind: rounds, method: spin, policy: sft, data: wished, rounds: 1, max_tokens: 4,
         training: {steps: 1, batch: 2, learning_rate: 1e-4}}
evaluation:
  reference: sft
  reward: synthetic
  prompts_from: {prompts: reviews, prefix_tokens: 4}
  prompts: 4
  samples: 2
  max_tokens: 8
  best_of: [1, 2]
  best_of_pool: 2
  best_of_prompts: 2
  density_prompts: 0
  bootstrap: 100
"""


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def prepare(place):
    """The inputs that mutants are made of: name to bytes."""
    words = "the film was good and long but never dull at all".split()
    text = lambda i: " ".join(words[(i * k) % len(words)] for k in range(1, 9))
    files = {"recipe.yaml": RECIPE.encode()}
    files["rows.jsonl"] = lines({"id": f"r{i}", "review": text(i), "label": i % 2} for i in range(8))
    files["texts.jsonl"] = lines({"text": text(i)} for i in range(8))
    files["pairs.jsonl"] = lines(
        [{"prompt": f"Q{i}", "chosen": text(i), "rejected": text(i + 1)} for i in range(4)]
        + [{"prompt": [{"role": "user", "content": "q"}], "chosen": [{"from": "gpt", "value": "a"}],
            "rejected": [{"role": "assistant", "content": [{"type": "text", "text": "b"}]}]}]
        + [{"chosen": "\n\nHuman: q\n\nAssistant: a", "rejected": "\n\nHuman: q\n\nAssistant: b"}])
    files["groups.jsonl"] = lines(
        [{"prompt": "p", "completions": ["a", "b"], "scores": [1, -0.5]},
         {"prompt": "q", "answers": [{"answer": "a", "rank": 1}, {"answer": "b", "rank": 2}]}])
    files["chats.jsonl"] = lines(
        [{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]},
         {"messages": json.dumps([{"role": "user", "content": "q"},
                                  {"role": "assistant", "content": "a"}])}])
    files["A.json"] = json.dumps(
        [{"instruction": f"I{i}", "output": text(i), "generator": "a"} for i in range(4)]).encode()
    files["B.json"] = lines({"instruction": f"I{i}", "output": text(i + 2)} for i in range(4))
    files["alpaca.json"] = json.dumps(
        [{"instruction": f"I{i}", "output_1": "x", "output_2": text(i), "generator_1": "base",
          "generator_2": "new", "annotator": "judge", "preference": 1 + i % 2 * 0.9}
         for i in range(6)]).encode()
    files["arena.jsonl"] = lines(
        {"question_id": f"q{i}", "model": "new", "judge": "j",
         "games": [{"user_prompt": "u", "judgment": "[[A>B]]", "score": s} for s in ("A>B", "B>>A")]}
        for i in range(4))
    files["mt.jsonl"] = lines(
        {"question_id": i, "model_1": "base", "model_2": "new", "g1_winner": "model_1",
         "g2_winner": "model_2", "judge": ["gpt-4", "pair-v2"], "turn": 1, "g1_judgment": "",
         "g2_judgment": "", "g1_user_prompt": "", "g2_user_prompt": "", "tstamp": 1.5}
        for i in range(4))
    files["plumb.jsonl"] = lines(
        {"prompt": f"P{i}", "first": "a", "second": "b", "judge": "j", "share": 0.5 + i % 2 * 0.5,
         "answer": "first", "repeat": 0} for i in range(4))
    files["ratings.csv"] = b"item,one,two\n1,3,3\n2,1,2\n3,2,2\n4,3,1\n"
    for name, content in files.items():
        with open(os.path.join(place, name), "wb") as file:
            file.write(content)
    return files


WORDS = [b"-1", b"0", b"9223372036854775807", b"-9223372036854775808", b"18446744073709551616",
         b"1e17", b"1e400", b"-1e308", b"1e-320", b"NaN", b"null", b"true", b"[]", b"{}", b'""',
         b'"\\u001b[2J"', b'"\\u009b31m"', b'"\\ud800"', b'"\xe2\x80\xae"', b"\x1b]0;x\x07", b"\x00",
         b"\xff\xfe", b"\xef\xbb\xbf", b"\xc2\x9b", b"[" * 3000, b"&a [*a]", b"<<: x", b"../../x",
         b"%s%n", b"1_000", b"0x7f", b"e\xcc\x81", b"\xc3\xa9", b"x" * 5000, b"/dev/zero", b"."]


def mutate(data, dice):
    """One to four changes of a few kinds."""
    data = bytearray(data)
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        size = len(data)
        at = dice.randrange(size + 1)
        kind = dice.randrange(9)
        if kind == 0 and size:
            data[at % size] ^= 1 << dice.randrange(8)
        elif kind == 1 and size:
            data[at % size] = dice.randrange(256)
        elif kind == 2:
            del data[at:]
        elif kind == 3:
            del data[at:at + dice.randrange(1, 40)]
        elif kind == 4:
            data[at:at] = dice.choice(WORDS)
        elif kind == 5:
            other = dice.randrange(size + 1)
            data[at:at] = data[other:other + dice.randrange(1, 80)]
        else:
            tokens = tokens_of(data)
            if not tokens:
                continue
            start, end = dice.choice(tokens)
            if kind == 8:
                left, right = dice.choice(tokens)
                data[start:end] = data[left:right]
            else:
                data[start:end] = dice.choice(WORDS)
    return bytes(data)


def tokens_of(data):
    """Where words and numbers of a text stand."""
    found, start = [], None
    for index, byte in enumerate(data[:20000]):
        inside = chr(byte).isalnum() or byte in b"._-+"
        if inside and start is None:
            start = index
        elif not inside and start is not None:
            found.append((start, index))
            start = None
    return found


class Replies(http.server.BaseHTTPRequestHandler):
    """Answers a request for the model `m17` with reply 17."""

    protocol_version = "HTTP/1.1"
    bodies = {}

    def do_POST(self):
        request = self.rfile.read(int(self.headers.get("content-length", 0)))
        number = int(json.loads(request)["model"][1:])
        body = self.bodies[number]
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


CHAT = json.dumps({
    "id": "x", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop",
                 "message": {"role": "assistant", "content": "Better.\n[[A>B]]", "refusal": None},
                 "logprobs": {"content": [{"token": "A", "logprob": -0.1, "bytes": [65],
                                           "top_logprobs": [{"token": "A", "logprob": -0.1},
                                                            {"token": "B", "logprob": -2.5}]}]}}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
              "prompt_tokens_details": {"cached_tokens": 0}}}).encode()
ANTHROPIC = json.dumps({
    "id": "x", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn",
    "content": [{"type": "text", "text": "[[B>A]]"}],
    "usage": {"input_tokens": 10, "output_tokens": 5}}).encode()


class Kinds:
    """Every kind of input: makes a mutant in a folder and gives the command that reads it."""

    def __init__(self, program, place, files, run, port):
        self.program, self.place, self.files, self.run, self.port = program, place, files, run, port
        self.model = os.path.join(run, "sft", "checkpoints", "step-000002")
        # A kind as often as its number says; those that start the part with libtorch are slower.
        self.kinds = [(self.rows, 14), (self.data, 8), (self.imports, 16), (self.tables, 8),
                      (self.records, 14), (self.replies, 16), (self.outputs, 6), (self.recipe, 8),
                      (self.header, 5), (self.tokenizer, 4), (self.configuration, 4),
                      (self.going_on, 3)]

    def make(self, number, dice):
        kinds, weights = zip(*self.kinds)
        kind = dice.choices(kinds, weights)[0]
        folder = os.path.join(self.place, f"m{number}")
        os.mkdir(folder)
        return kind.__name__, folder, kind(folder, dice, number)

    def write(self, folder, name, data):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def rest(self, folder, but):
        for name, data in self.files.items():
            if name not in but:
                self.write(folder, name, data)

    def rows(self, folder, dice, number):
        name = dice.choice(["pairs.jsonl", "groups.jsonl", "chats.jsonl", "texts.jsonl"])
        self.write(folder, name, mutate(self.files[name], dice))
        self.write(folder, "r.yaml", f"name: x\ndata: {{a: {{files: {name}}}}}\n".encode())
        return ["data", "r.yaml"] + dice.choice([[], ["--json"]])

    def data(self, folder, dice, number):
        self.rest(folder, ["recipe.yaml"])
        self.write(folder, "recipe.yaml", mutate(self.files["recipe.yaml"], dice))
        return ["data", "recipe.yaml"]

    def imports(self, folder, dice, number):
        name = dice.choice(["alpaca.json", "arena.jsonl", "mt.jsonl", "plumb.jsonl"])
        self.write(folder, name, mutate(self.files[name], dice))
        return dice.choice([["leaderboard", name], ["judge", "--import", name],
                            ["judge", "--import", name, "--json"], ["power", name]])

    def tables(self, folder, dice, number):
        name = dice.choice(["ratings.csv", "rows.jsonl"])
        fields = "one,two" if name == "ratings.csv" else "label,review"
        self.write(folder, name, mutate(self.files[name], dice))
        scale = dice.choice(["nominal", "ordinal", "interval", "ratio"])
        return ["agreement", name, "--fields", fields, "--scale", scale]

    def records(self, folder, dice, number):
        run = os.path.join(folder, "run")
        names = [name for name in self.recorded() if "checkpoints" not in name]
        changed = dice.choice(["evaluation.json"] * 3 + names)
        for name in names:
            with open(os.path.join(self.run, name), "rb") as file:
                data = file.read()
            self.write(run, name, mutate(data, dice) if name == changed else data)
        return dice.choice([["compare", "run"], ["report", "run", "-o", "page.html"],
                            ["compare", "run", "--json"]])

    def recorded(self):
        found = []
        for folder, _, names in os.walk(self.run):
            found += [os.path.relpath(os.path.join(folder, name), self.run) for name in names
                      if name.endswith((".json", ".jsonl"))]
        return sorted(found)

    def replies(self, folder, dice, number):
        api = dice.choice(["chat", "chat", "anthropic", "completions"])
        body = ANTHROPIC if api == "anthropic" else CHAT
        if api == "completions":
            body = body.replace(b'"message"', b'"text": "[[A>B]]", "message"')
        Replies.bodies[number] = mutate(body, dice)
        self.rest(folder, [])
        template = dice.choice(["five-level", "label", "score"])
        return ["judge", "A.json", "B.json", "--judge",
                f"{api}:m{number}@http://127.0.0.1:{self.port}" + ("" if api == "anthropic" else "/v1"),
                "-n", "1", "--canaries", "0", "--no-cache", "-j", "1", "-o", "judged", "--template",
                template] + dice.choice([[], ["--json"], ["--quiet"]])

    def outputs(self, folder, dice, number):
        changed = dice.choice(["A.json", "B.json"])
        self.rest(folder, [changed])
        self.write(folder, changed, mutate(self.files[changed], dice))
        return ["judge", "A.json", "B.json", "--judge", dice.choice(["longer", "rouge-l"]),
                "--reference", "B.json", "--canaries", "2", "--no-cache", "-o", "judged", "--export",
                dice.choice(["alpaca-eval", "csv", "mt-bench"])]

    def recipe(self, folder, dice, number):
        self.data(folder, dice, number)
        return ["check", "recipe.yaml"] + dice.choice([[], ["--json"]])

    def folder_with(self, folder, name, dice, change):
        model = os.path.join(folder, "model")
        shutil.copytree(self.model, model)
        path = os.path.join(model, name)
        with open(path, "rb") as file:
            data = file.read()
        self.write(model, name, change(data))
        return ["model", "model"] if dice.random() < 0.6 else ["sample", "model", "--max-tokens", "2"]

    def header(self, folder, dice, number):
        def change(data):
            size = struct.unpack("<Q", data[:8])[0]
            header = mutate(data[8:8 + size], dice)
            length = dice.choice([len(header)] * 4 + [0, 2**63, 2**64 - 1, len(header) - 1])
            return struct.pack("<Q", length) + header + data[8 + size:]
        return self.folder_with(folder, "model.safetensors", dice, change)

    def tokenizer(self, folder, dice, number):
        name = dice.choice(["tokenizer.json"] * 3 + ["tokenizer_config.json"])
        return self.folder_with(folder, name, dice, lambda data: mutate(data, dice))

    def configuration(self, folder, dice, number):
        return self.folder_with(folder, "config.json", dice, lambda data: mutate(data, dice))

    def going_on(self, folder, dice, number):
        run = os.path.join(folder, "run")
        shutil.copytree(self.run, run)
        name = dice.choice(self.recorded())
        with open(os.path.join(run, name), "rb") as file:
            data = file.read()
        self.write(run, name, mutate(data, dice))
        self.rest(folder, [])
        return ["run", "recipe.yaml", "-o", "run"]


def controls(data):
    """Raw control characters of an output: C0 but line feed and tab, DEL, C1, bidirectional ones."""
    text = data.decode("utf-8", "replace")
    return sorted({f"U+{ord(c):04X}" for c in text
                   if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160
                   or ord(c) in (0x61C, 0x200E, 0x200F) or 0x202A <= ord(c) <= 0x202E
                   or 0x2066 <= ord(c) <= 0x2069})


def judge(program, folder, arguments):
    environment = dict(os.environ, HOME=folder, SWIFT_BACKTRACE="enable=no", OMP_NUM_THREADS="1")
    begin = time.time()
    process = subprocess.Popen([program] + arguments, cwd=folder, env=environment,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        out, err = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None, f"no end within {LIMIT} s", LIMIT
    code, fault = process.returncode, None
    if code not in CODES:
        fault = f"exit {code}: " + err.decode("utf-8", "replace")[:300]
    elif b"Fatal error" in err:
        fault = "a fatal error"
    elif controls(out + err):
        fault = "raw " + " ".join(controls(out + err))
    elif code in (2, 3, 4, 5, 6) and arguments[0] + arguments[-1] != "data--json" and not any(
            line.startswith(b"plumb: ") for line in err.split(b"\n")):
        fault = f"exit {code} without a word: " + err.decode("utf-8", "replace")[:300]
    return code, fault, time.time() - begin


def main():
    program, count, seed = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    place = tempfile.mkdtemp(prefix="plumb-mutants-")
    files = prepare(place)
    base = subprocess.run([program, "run", "recipe.yaml", "-o", "run", "--quiet"], cwd=place,
                          env=dict(os.environ, OMP_NUM_THREADS="1", HOME=place))
    if base.returncode != 0:
        sys.exit("mutants.py: the recipe that nothing changed does not run")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Replies)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kinds = Kinds(program, place, files, os.path.join(place, "run"), server.server_address[1])
    counts, codes, faults, slowest = {}, {}, [], 0.0

    def one(number):
        dice = random.Random(f"{seed}/{number}")
        name, folder, arguments = kinds.make(number, dice)
        result = judge(program, folder, arguments)
        if result[1] is None:
            shutil.rmtree(folder, ignore_errors=True)
            Replies.bodies.pop(number, None)
        elif number in Replies.bodies:
            kinds.write(folder, "reply.json", Replies.bodies[number])
        return number, name, arguments, result

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for number, name, arguments, (code, fault, seconds) in pool.map(one, range(count)):
            counts[name] = counts.get(name, 0) + 1
            codes[code] = codes.get(code, 0) + 1
            slowest = max(slowest, seconds)
            if fault:
                faults.append((number, name, arguments, fault))
                print(f"m{number} ({name}): plumb {' '.join(arguments)}: {fault}", flush=True)
    print(f"{count} mutants: " + ", ".join(f"{counts[k]} {k}" for k in sorted(counts)))
    print("exit codes: " + ", ".join(f"{c}: {n}" for c, n in sorted(codes.items(), key=str)))
    print(f"slowest: {slowest:.1f} s; {len(faults)} faults" + (f", kept in {place}" if faults else ""))
    if not faults:
        shutil.rmtree(place, ignore_errors=True)
    sys.exit(1 if faults else 0)


main()
