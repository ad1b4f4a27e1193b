"""The whole of recipe.yaml in Plumb and in peer.py: run.py IMDB-FOLDER [PLUMB]

Takes turns (peer, Plumb, peer, …), TURNS each (3), two threads each, and prints a table of medians: wall-clock seconds of each
phase and of the whole, the start of each program included.
"""

import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
PHASES = ["tokenizer", "oracle", "sft", "candidates", "dpo", "rloo", "evaluation"]


def peer(folder):
    done = subprocess.run([sys.executable, here / "peer.py", folder, "2"], check=True, capture_output=True, text=True)
    line = json.loads(done.stdout.splitlines()[-1])
    return line["phases"], line["seconds"], line["peak_mib"], line["results"]


def plumb(program):
    with tempfile.TemporaryDirectory() as work:
        run = pathlib.Path(work) / "run"
        start = time.perf_counter()
        process = subprocess.Popen([program, "run", here / "recipe.yaml", "-o", run, "--set", "threads=2", "--quiet"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if status != 0:
            sys.exit(f"run.py: plumb ended with {os.waitstatus_to_exitcode(status)}")
        phases = dict.fromkeys(PHASES, 0.0)
        for line in (run / "costs.jsonl").read_text().splitlines():
            record = json.loads(line)
            stage = record["stage"].split(" ")[0]
            if stage in phases and stage != "evaluation":
                phases[stage] += record["seconds"]
        # What is neither of a stage nor of its recorded work: loading, statistics, the report.
        phases["evaluation"] = seconds - sum(phases.values())
        found = {}
        for one in json.loads((run / "evaluation.json").read_text())["measurements"]:
            if one["name"] in ("reward", "kl") and one.get("value") is not None and "best-of" not in one["subject"]:
                found.setdefault(one["subject"].split("/")[0], {})[one["name"]] = round(one["value"], 3)
        return phases, seconds, usage.ru_maxrss / 1024, found


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    program = sys.argv[2] if len(sys.argv) > 2 else here.parents[1] / ".build/release/plumb"
    turns = [(peer(sys.argv[1]), plumb(program)) for _ in range(int(os.environ.get("TURNS", 3)))]
    print("| phase | peer, s | Plumb, s | speed | spread |")
    print("|---|--:|--:|--:|--:|")

    def row(name, theirs, ours):
        middle = statistics.median(theirs), statistics.median(ours)
        spread = max(max(one) / max(min(one), 1e-9) for one in (theirs, ours))
        print(f"| {name} | {middle[0]:.1f} | {middle[1]:.1f} | {middle[0] / max(middle[1], 1e-9):.2f} × | {spread:.2f} |")

    for phase in PHASES:
        row(phase, [turn[0][0][phase] for turn in turns], [turn[1][0][phase] for turn in turns])
    row("the whole", [turn[0][1] for turn in turns], [turn[1][1] for turn in turns])
    print(f"\nPeak memory: peer {max(turn[0][2] for turn in turns):,.0f} MiB, Plumb {max(turn[1][2] for turn in turns):,.0f} MiB")
    for name, place in (("peer", 0), ("Plumb", 1)):
        print(f"{name}: {json.dumps([turn[place][3] for turn in turns])}")


main()
