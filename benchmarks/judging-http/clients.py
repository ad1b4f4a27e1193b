#!/usr/bin/env python3
"""Asks one server through `plumb judge` and through AlpacaEval's client, in turns.

    clients.py PLUMB PYTHON FOLDER N

Every client asks N comparisons in both orders. Prints a Markdown table: first a server that does what
it should, at two concurrencies, three rounds of each in turns; then one that fails 5 % of requests.
"""

import json
import os
import statistics
import subprocess
import sys

import measure

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = [
    ("errors-5", "5 % answer 500"), ("refusals-5", "5 % answer 429"),
    ("drops-5", "5 % break the connection"), ("halves-5", "5 % answer half a body"),
]


def prompts(folder):
    """What a judge is asked, as long as Plumb's own prompt, in the form that the peer wants."""
    with open(os.path.join(folder, "a.json"), encoding="utf-8") as a, \
            open(os.path.join(folder, "b.json"), encoding="utf-8") as b:
        pairs = list(zip(json.load(a), json.load(b)))
    head = (
        "Which of the following summaries of the text below is better? A good summary is precise and "
        "short, holds what matters, and nothing else. Compare both in one sentence, then write on a "
        "line of its own which you prefer, as \"Preferred: A\" or \"Preferred: B\".")
    texts = []
    for first, second in pairs:
        for one, other in ((first, second), (second, first)):
            body = f"{head}\n\nText:\n{one['instruction']}\n\nA:\n{one['output']}\n\nB:\n{other['output']}"
            texts.append(f"<|im_start|>user\n{body}\n<|im_end|>")
    path = os.path.join(folder, "prompts.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(texts, file)
    return path, len(texts)


class Bench:
    def __init__(self, plumb, python, folder, count):
        self.plumb, self.python, self.folder = os.path.abspath(plumb), os.path.abspath(python), folder
        measure.write_files(folder, count)
        self.prompts, self.total = prompts(folder)
        self.runs = 0

    def ours(self, address, concurrency):
        self.runs += 1
        output = f"run-{self.runs}"
        seconds, _, _, code = measure.judge(
            self.plumb, self.folder, address, output, concurrency=concurrency,
            more=["--no-cache", "--timeout", "30"])
        answers = 0
        with open(os.path.join(self.folder, output, "judgments.jsonl"), encoding="utf-8") as file:
            for line in file:
                parts = json.loads(line)["judgment"]["parts"]
                answers += sum(part["state"] == "verdict" for part in parts)
        return {"seconds": seconds, "answers": answers, "ended_by": "" if code in (0, 75) else str(code)}

    def theirs(self, address, concurrency):
        result = subprocess.run(
            [self.python, os.path.join(HERE, "peer.py"), address, self.prompts, str(concurrency)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, cwd=self.folder,
            env={**os.environ, "OPENAI_API_KEY": "none"})
        return json.loads(result.stdout)


def shown(run, total):
    if run["ended_by"]:
        return f"{run['answers']:,} of {total:,} (ended by {run['ended_by']})"
    return f"{run['answers']:,} of {total:,}"


def main(plumb, python, folder, count):
    bench = Bench(plumb, python, folder, int(count))
    failed = 0
    with measure.server(folder) as port:
        def address(mode):
            return f"http://127.0.0.1:{port}/{mode}/v1"
        print(f"{bench.total:,} requests each; answers in a second, median of three rounds in turns\n")
        print("| at once | Plumb | AlpacaEval's client | ratio |\n|---|---|---|---|")
        for concurrency in (5, 64):
            ours, theirs = [], []
            for _ in range(3):
                for rates, ask in ((ours, bench.ours), (theirs, bench.theirs)):
                    run = ask(address("ok"), concurrency)
                    if run["answers"] != bench.total:
                        print(f"a good server was not understood: {shown(run, bench.total)}")
                        return 1
                    rates.append(bench.total / run["seconds"])
            one, other = statistics.median(ours), statistics.median(theirs)
            print(f"| {concurrency} | {one:.0f} | {other:.0f} | {one / other:.1f} |", flush=True)
        print("\n| server | Plumb's answers | AlpacaEval's client's |\n|---|---|---|")
        for mode, words in KINDS:
            one, other = bench.ours(address(mode), 64), bench.theirs(address(mode), 64)
            failed += one["answers"] < bench.total
            print(f"| {words} | {shown(one, bench.total)} | {shown(other, bench.total)} |", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
