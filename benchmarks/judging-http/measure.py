#!/usr/bin/env python3
"""Runs `plumb judge` against the hostile server of the tests, and holds its account to the server's.

    measure.py PLUMB FOLDER N

Prints one line for each claim, and fails where one does not hold.
"""

import collections
import contextlib
import json
import os
import subprocess
import sys
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SERVER = os.path.join(REPOSITORY, "Tests", "TestSupport", "hostile_server.py")


def write_files(folder, count):
    """Two files of outputs; A is better where the number is even."""
    rows = ([], [])
    for number in range(count):
        good, bad = f"It is. quality={number + 2}", f"It is not so. quality={number + 1}"
        texts = (good, bad) if number % 2 == 0 else (bad, good)
        for side in (0, 1):
            rows[side].append({"instruction": f"Is it so, number {number}?", "output": texts[side]})
    for name, part in zip(("a.json", "b.json"), rows):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(part, file)


@contextlib.contextmanager
def server(folder):
    """The hostile server, with its log in a folder; gives its port."""
    process = subprocess.Popen(
        [sys.executable, SERVER, os.path.join(folder, "server.log")], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield json.loads(process.stdout.readline())["port"]
    finally:
        process.stdin.close()
        process.wait()


def events(folder):
    """What the server wrote down so far."""
    with open(os.path.join(folder, "server.log"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def command(plumb, address, output, concurrency=64, more=()):
    return [
        plumb, "judge", "a.json", "b.json", "--judge", f"chat:mock@{address}", "-o", output, "-j",
        str(concurrency), "--canaries", "0", "--template", "summary", "--quiet", *more,
    ]


def judge(plumb, folder, address, output, concurrency=64, more=()):
    """One run; returns its seconds, peak memory in MB, most open files, and exit code."""
    start = time.monotonic()
    with open(os.path.join(folder, output + ".txt"), "w", encoding="utf-8") as result:
        process = subprocess.Popen(
            command(plumb, address, output, concurrency, more), cwd=folder, stdout=result,
            stderr=subprocess.STDOUT)
    memory = files = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
                for line in status:
                    if line.startswith("VmHWM"):
                        memory = int(line.split()[1]) / 1000
            files = max(files, len(os.listdir(f"/proc/{process.pid}/fd")))
        except OSError:
            pass
        time.sleep(0.05)
    return time.monotonic() - start, memory, files, process.returncode


def main(plumb, folder, count):
    plumb, count = os.path.abspath(plumb), int(count)
    write_files(folder, count)
    more = ["--timeout", "3", "--cache", "cache.sqlite"]
    with server(folder) as port:
        address = f"http://127.0.0.1:{port}/mix/v1"
        seconds, memory, files, code = judge(plumb, folder, address, "first", more=more)
        seen = events(folder)
        calls = collections.Counter(event["event"] for event in seen)
        again, _, _, code_again = judge(plumb, folder, address, "second", more=more)
        added = len(events(folder)) - len(seen)
    with open(os.path.join(folder, "first", "judgments.jsonl"), encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    with open(os.path.join(folder, "first", "spending.json"), encoding="utf-8") as file:
        spent = json.load(file)
    leaves = [leaf for row in rows for leaf in row["judgment"]["parts"]]
    states = collections.Counter(leaf["state"] for leaf in leaves)
    # Rows count from 1, and the first one's output is the better one.
    right = sum(
        row["judgment"]["state"] != "verdict"
        or row["judgment"]["verdict"]["preference"] == int(row["id"]) % 2
        for row in rows)
    same = all(
        open(os.path.join(folder, run, "judgments.jsonl"), "rb").read()
        == open(os.path.join(folder, "first", "judgments.jsonl"), "rb").read()
        for run in ("second",))
    lost = 2 * count - states["verdict"] - states["failed"]
    duplicated = len(rows) - len({row["id"] for row in rows})
    unpaid = calls["billed"] - calls["answered"]
    rate = calls["request"] / seconds
    print(f"{count} comparisons in both orders: {seconds:.1f} s, {rate:.0f} requests/s, exit {code}")
    print(f"states: {dict(states)}; server: {dict(calls)}")
    claims = [
        ("lost 0", lost == 0), ("duplicated 0", duplicated == 0), ("verdicts right", right == len(rows)),
        (f"maybe billed twice: {spent['maybe_billed_twice']} told, {unpaid} by the server's account",
         spent["maybe_billed_twice"] == unpaid),
        (f"requests: {spent['requests']} told, {calls['request']} by the server's account",
         spent["requests"] == calls["request"]),
        (f"{rate:.0f} ≥ 500 requests/s", rate >= 500),
        (f"{memory:.0f} ≤ 200 MB, at most {files} open files", memory <= 200),
    ]
    if states["failed"] == 0:
        claims.append((f"again: {added} calls, {again:.1f} s, same bytes: {same}", added == 0 and same))
    for words, holds in claims:
        print(("ok    " if holds else "FAILS ") + words)
    return 0 if all(holds for _, holds in claims) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
