"""Prints the lines of `plumb bench tournament` as a table, and exits 1 where an error rate does not hold."""
import json
import sys

rows = [json.loads(line) for line in sys.stdin]
print("| world | goal | design | sets | resolved | wrong order | comparisons: mean | median | of chosen |")
print("|---|---|---|--:|--:|--:|--:|--:|--:|")
chosen = {}
failed = []
for row in rows:
    key = (row["world"], row["goal"])
    if row["design"] == "chosen opponents":
        chosen[key] = row["mean"]
    ratio = row["mean"] / chosen[key]
    print(
        f'| {row["world"]} | {row["goal"]} | {row["design"]} | {row["sets"]} | {row["resolved"]:.2f} '
        f'| {row["wrong"]:.3f} | {row["mean"]:.0f} | {row["median"]} | {ratio:.2f} |'
    )
    # The exact 95 % interval of the error rate has to reach down to 5 %.
    if row["wrong"] > 0.05 and row["design"] == "chosen opponents":
        failed.append(row)
for row in failed:
    print(f'error rate {row["wrong"]:.3f} in {row["world"]}, {row["goal"]}', file=sys.stderr)
sys.exit(1 if failed else 0)
