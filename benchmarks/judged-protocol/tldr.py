"""Published outputs on TL;DR as pairs of files for `plumb judge`, with the verdicts that were published.

Usage: tldr.py DATA FOLDER. DATA is the folder that holds tldr-judged and tldr-dove (see their ORIGIN.md).
Writes ppo.json and ppo-reference.json (1.3 B PPO policy against the posts' own summaries), dove.json and
dove-reference.json (Mistral-7B DOVE), and published.json: the share of wins, ties counting one half, that the
published judge gave the policy on the same 100 prompts."""
import csv
import gzip
import json
import sys

data, folder = sys.argv[1:3]
COUNT = 100


def write(name, rows, place):
    with open(f"{folder}/{name}.json", "w") as file:
        json.dump([{"instruction": row[0], "output": row[place], "generator": name}
                   for row in rows], file)


def ppo():
    path = f"{data}/tldr-judged/oai1b_ppo_vs_reference_judged.csv.gz"
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            if row["preferred"]:
                yield (row["query"], row["postprocessed_response"].strip(),
                       row["reference_responses"].replace("<|endoftext|>", "").strip(),
                       1.0 if row["preferred"] == "ours" else 0.0)


def dove():
    with gzip.open(f"{data}/tldr-dove/tldr.verdicts.json.gz", "rt") as file:
        verdicts = json.load(file)["tldr_dove"]
    for key, verdict in verdicts.items():
        post, gold, model = key.split("<SEP><SEP><SEP><SEP>")
        yield post, model.strip(), gold.strip(), {"model": 1.0, "gold": 0.0, "equal": 0.5}[verdict]


published = {}
for name, rows in (("ppo", ppo()), ("dove", dove())):
    seen, kept = set(), []
    for row in rows:
        if row[0] not in seen and len(kept) < COUNT:
            seen.add(row[0])
            kept.append(row)
    write(name, kept, 1)
    write(f"{name}-reference", kept, 2)
    published[name] = sum(row[3] for row in kept) / len(kept)
with open(f"{folder}/published.json", "w") as file:
    json.dump(published, file)
print(json.dumps(published))
