#!/usr/bin/env python3
"""How often `plumb judge --stop-when decided` decides, rightly or wrongly, and after how many prompts.

    PLUMB=../../.build/release/plumb python3 stopping.py [RUNS]

Every run judges 805 prompts (as many as AlpacaEval has) on which one file's outputs are the longer ones
with a known probability, by the computed judge `longer`, looking after every prompt.
"""

import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

PLUMB = os.environ.get("PLUMB", "../../.build/release/plumb")
PROMPTS = 805


def run(folder, share, ties, seed):
    generator = random.Random(seed)
    rows = ([], [])
    for number in range(PROMPTS):
        draw = generator.random()
        lengths = (5, 5) if draw < ties else (9, 5) if generator.random() < share else (5, 9)
        for side, length in zip(rows, lengths):
            side.append({"instruction": f"prompt {number}", "output": "x" * length})
    for name, side in zip("ab", rows):
        (folder / f"{name}.json").write_text(json.dumps(side))
    out = folder / "out"
    text = subprocess.run(
        [PLUMB, "judge", folder / "a.json", folder / "b.json", "--judge", "longer", "--canaries", "0",
         "--no-cache", "--stop-when", "decided", "--seed", str(seed), "--json", "--quiet", "-o", out],
        check=True, capture_output=True, text=True).stdout
    subprocess.run(["rm", "-rf", out], check=True)
    summary = json.loads(text.strip().splitlines()[-1])["summary"]
    rate = summary["result"]["win_rate"]
    return summary["looks"].get("decision"), summary["looks"]["judged"], rate["low"], rate["high"]


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print(f"{runs} runs of {PROMPTS} prompts each")
    print("share  ties  decided  wrongly  interval misses  prompts: mean  median")
    with tempfile.TemporaryDirectory() as place:
        for share, ties in [(0.5, 0), (0.5, 0.3), (0.55, 0), (0.6, 0), (0.65, 0), (0.7, 0)]:
            found = [run(pathlib.Path(place), share, ties, seed) for seed in range(runs)]
            mean = share * (1 - ties) + ties / 2
            right = {True: "above", False: "below"}[mean > 0.5]
            decided = sum(f[0] is not None for f in found)
            wrong = sum(f[0] is not None and (mean == 0.5 or f[0] != right) for f in found)
            missed = sum(not f[2] <= mean <= f[3] for f in found)
            looks = [f[1] for f in found]
            print(f"{share:5.2f}  {ties:4.1f}  {decided / runs:7.3f}  {wrong / runs:7.4f}  "
                  f"{missed / runs:15.4f}  {statistics.mean(looks):13.0f}  {statistics.median(looks):6.0f}",
                  flush=True)


if __name__ == "__main__":
    main()
