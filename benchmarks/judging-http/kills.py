#!/usr/bin/env python3
"""Kills `plumb judge` with SIGKILL again and again, and holds what it then says to ledger and server.

    kills.py PLUMB FOLDER N [KILLS]

Prints one line for each claim, and fails where one does not hold. Between two kills the ledger tells
which requests were under way: written down as sent, without an end. Those, and no others, may reach the
server again.
"""

import collections
import json
import os
import random
import re
import signal
import subprocess
import sys
import time

import measure

FLIGHT = 64


def ledger(folder):
    """The records so far."""
    path = os.path.join(folder, "out", "ledger.jsonl")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def unfinished(records):
    """The keys of requests that were sent and have neither an end nor an answer."""
    last = {}
    for record in records:
        last[record["key"]] = record["state"]
    return {key for key, state in last.items() if state == "sent"}


def main(plumb, folder, count, kills="20"):
    plumb, count, kills = os.path.abspath(plumb), int(count), int(kills)
    measure.write_files(folder, count)
    random.seed(1)
    open_counts, most = [], 0
    with measure.server(folder) as port:
        # Not --quiet: what was under way is said on standard error.
        command = measure.command(
            plumb, f"http://127.0.0.1:{port}/late/v1", "out", FLIGHT, ["--no-cache"])
        command.remove("--quiet")
        done = 0
        while True:
            before = ledger(folder)
            process = subprocess.Popen(
                command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            is_last = done == kills
            if not is_last:
                time.sleep(random.uniform(0.3, 1.2))
                process.send_signal(signal.SIGKILL)
            words = process.stderr.read()
            process.wait()
            after = ledger(folder)
            found = re.search(r"(\d+) requests were under way", words)
            said = int(found.group(1)) if found else 0
            # It says so before it sends anything; where it was killed before that, nothing follows.
            if len(after) > len(before):
                open_counts.append((said, len(unfinished(before))))
            most = max(most, len(unfinished(after[len(before):])))
            if is_last:
                code = process.returncode
                break
            if process.returncode != -signal.SIGKILL:
                print("the judging ended before the last kill; give it more comparisons")
                return 1
            done += 1
        seen = measure.events(folder)
    calls = [event["key"] for event in seen if event["event"] == "request"]
    extra = len(calls) - len(set(calls))
    with open(os.path.join(folder, "out", "judgments.jsonl"), encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    with open(os.path.join(folder, "out", "spending.json"), encoding="utf-8") as file:
        spent = json.load(file)
    answered = {event["key"] for event in seen if event["event"] == "answered"}
    verdicts = sum(part["state"] == "verdict" for row in rows for part in row["judgment"]["parts"])
    records = ledger(folder)
    ends = collections.Counter(r["key"] for r in records if r["state"] == "answered")
    sends = collections.Counter(r["key"] for r in records if r["state"] == "sent")
    again = sum(sends.values()) - len(sends)
    told = spent["maybe_billed_twice"]
    claims = [
        (f"exit {code} after {kills} kills", code == 0),
        (f"lost {2 * count - verdicts}", verdicts == 2 * count),
        (f"rows written twice {len(rows) - len({row['id'] for row in rows})}",
         len(rows) == count == len({row["id"] for row in rows})),
        (f"answers on record that were asked for again {sum(n > 1 for n in ends.values())}",
         all(n == 1 for n in ends.values())),
        (f"at most {most} of {FLIGHT} under way at a kill", most <= FLIGHT),
        (f"told at each of {len(open_counts)} starts what the ledger holds without an end: "
         f"{', '.join(str(said) for said, _ in open_counts)}",
         all(said == held for said, held in open_counts)),
        (f"sent again {again}, told as maybe billed twice {told}", again == told),
        (f"of them {extra} had reached the server the first time; the others were stopped between "
         "the record and the wire", extra <= told and len(answered) == 2 * count),
    ]
    for words, holds in claims:
        print(("ok    " if holds else "FAILS ") + words)
    return 0 if all(holds for _, holds in claims) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
