"""Prints the cells of `plumb bench equal-kl` as tables; ends with 1 where one does not hold."""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as lines:
    cells = [json.loads(line) for line in lines]
fresh = "other prompts, other seeds"
bad = []
print("| chosen on | KL at most | bias | covers, one cap | covers, all caps together | width | no number |")
print("|---|--:|--:|--:|--:|--:|--:|")
for cell in cells:
    if cell["question"] != "reward at a cap":
        continue
    print(
        f"| {cell['chosen_on']} | {cell['cap']:g} | {cell['bias']:+.3f} | {cell['coverage_alone']:.3f} "
        f"| {cell['coverage']:.3f}, all {cell['together']:.3f} | {cell['width']:.2f} "
        f"| {cell['withheld']:.3f} |"
    )
    if cell["chosen_on"] == fresh and (cell["coverage_alone"] < 0.93 or abs(cell["bias"]) > 0.01):
        bad.append(cell)
print()
print("| question | share of sets |")
print("|---|--:|")
for cell in cells:
    if cell["question"] == "reward at a cap":
        continue
    print(f"| {cell['question']} | {cell['alarms']:.3f} |")
    is_null = cell["question"] == "two methods alike: told apart at some cap"
    is_margin = cell["question"].startswith("two methods apart by the margin: called equivalent")
    if (is_null or is_margin) and cell["alarms"] > 0.055:
        bad.append(cell)
for cell in bad:
    print(f"does not hold: {json.dumps(cell)}", file=sys.stderr)
sys.exit(1 if bad else 0)
