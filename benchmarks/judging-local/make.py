"""Two files of outputs: the 200 shortest pairs of summaries (a policy's and the author's) of
`../shared/data/tldr-judged`, short enough for a judge with a context of 512 tokens."""
import csv, gzip, json, sys

source, count = sys.argv[1], 200
with gzip.open(source, "rt", newline="") as file:
    rows = [
        (row["query"], row["postprocessed_response"].strip(),
         row["reference_responses"].replace("<|endoftext|>", "").strip())
        for row in csv.DictReader(file)
    ]
seen, kept = set(), []
for query, policy, reference in sorted(rows, key=lambda row: len(row[1]) + len(row[2])):
    if policy and reference and policy != reference and query not in seen:
        seen.add(query)
        kept.append((query, policy, reference))
for name, place in (("ppo", 1), ("reference", 2)):
    with open(f"{name}.json", "w") as file:
        json.dump([{"instruction": row[0], "output": row[place], "generator": name}
                   for row in kept[:count]], file)
