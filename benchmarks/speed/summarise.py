#!/usr/bin/env python3
"""Prints a Markdown table of medians and ratios from the lines that run.sh collected.

    python summarise.py RESULTS.jsonl

A line without `side` is Plumb's. A peer measurement of which Plumb has no exact counterpart
(`dpo-checkpointing`, `sample-4-per-prompt`) is compared with Plumb's measurement of the name before
the first hyphen, and a matrix product with the one of the same shape.
"""

import json
import statistics
import sys


def read(path):
    """{(side, what, dtype): [line, …]}, in order of first appearance."""
    groups = {}
    with open(path, encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                line = json.loads(text)
                key = (line.get("side", "plumb"), line["what"], line["dtype"])
                line["seconds"] + 0.0
            except (ValueError, KeyError, TypeError) as error:
                sys.exit(f"{path}:{number}: not a measurement ({error})")
            groups.setdefault(key, []).append(line)
    return groups


def median(lines, key):
    values = [line[key] for line in lines if line.get(key) is not None]
    return statistics.median(values) if values else None


def speed(lines):
    """Work per second: tokens, or for a matrix product, which is the same on both sides, its inverse
    time."""
    if lines[0]["what"].startswith("matmul"):
        return 1 / median(lines, "seconds")
    return median(lines, "tokens_per_second")


def spread(lines):
    """Largest over smallest time: what of a ratio may be the machine."""
    seconds = [line["seconds"] for line in lines]
    return max(seconds) / min(seconds)


def number(value, unit=""):
    return "–" if value is None else f"{value:,.0f}{unit}"


def main(path):
    groups = read(path)
    print("| what | dtype | peer tok/s | Plumb tok/s | speed | peer MiB | Plumb MiB | memory "
          "| runs | spread |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for (side, what, dtype), peer in groups.items():
        if side != "peer":
            continue
        names = (what, what.split("-")[0])
        ours = next((groups[k] for n in names if (k := ("plumb", n, dtype)) in groups), None)
        if ours is None:
            continue
        memory = [median(lines, "peak_memory_bytes") for lines in (peer, ours)]
        mebibytes = [None if value is None else value / 2**20 for value in memory]
        share = f"{memory[1] / memory[0]:.2f} ×" if None not in memory else "–"
        cells = [what, dtype, number(median(peer, "tokens_per_second"))]
        cells += [number(median(ours, "tokens_per_second"))]
        cells += [f"{speed(ours) / speed(peer):.2f} ×"]
        cells += [number(mebibytes[0]), number(mebibytes[1]), share]
        cells += [f"{len(peer)} / {len(ours)}", f"{max(spread(peer), spread(ours)):.2f}"]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: summarise.py RESULTS.jsonl")
    main(sys.argv[1])
