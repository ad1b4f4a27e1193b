#!/usr/bin/env python3
"""Runs `plumb judge` against a server whose replies come in another order than the requests, and again
from the shared file of answers.

    order.py PLUMB FOLDER N

Prints one line for each claim, and fails where one does not hold.
"""

import json
import os
import sys

import measure


def main(plumb, folder, count):
    plumb, count = os.path.abspath(plumb), int(count)
    measure.write_files(folder, count)
    more = ["--cache", "cache.sqlite"]
    with measure.server(folder) as port:
        address = f"http://127.0.0.1:{port}/late/v1"
        seconds, memory, _, code = measure.judge(plumb, folder, address, "first", more=more)
        seen = measure.events(folder)
        again, _, _, _ = measure.judge(plumb, folder, address, "second", more=more)
        added = len(measure.events(folder)) - len(seen)
    came = {}
    for place, event in enumerate(e for e in seen if e["event"] == "request"):
        came.setdefault(event["key"], place)
    # How many replies left after that of a later request.
    late, last = 0, -1
    for event in seen:
        if event["event"] == "answered":
            late += came[event["key"]] < last
            last = max(last, came[event["key"]])
    both = []
    for run in ("first", "second"):
        with open(os.path.join(folder, run, "judgments.jsonl"), "rb") as file:
            both.append(file.read())
    wrong = 0
    for line in both[0].splitlines():
        row = json.loads(line)
        # Rows count from 1, and the first one's output is the better one; the second part saw it second.
        first = int(row["id"]) % 2
        for leaf, right in zip(row["judgment"]["parts"], (first, 1 - first)):
            wrong += leaf["state"] != "verdict" or leaf["verdict"]["preference"] != right
    rate = 10_000 * again / (2 * count)
    print(f"{2 * count} requests: {seconds:.1f} s, {memory:.0f} MB, exit {code}; {late} replies overtaken")
    claims = [
        (f"{wrong} mismatches", wrong == 0),
        (f"again: {added} calls, same bytes: {both[0] == both[1]}", added == 0 and both[0] == both[1]),
        (f"again: {again:.1f} s, {rate:.2f} ≤ 2 s for 10,000 lookups", rate <= 2),
        (f"most replies came out of order", late > count),
    ]
    for words, holds in claims:
        print(("ok    " if holds else "FAILS ") + words)
    return 0 if all(holds for _, holds in claims) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
