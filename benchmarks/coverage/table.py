"""The cells of `plumb bench coverage` as the tables of the README, and whether they hold.

Thresholds: every cell covers at least 93 %; false alarms, of one comparison and of a family of fifteen,
at most 5.5 %; no width of zero. A share of so many sets has an error of its own: the program draws a cell
that misses again, with twenty times as many new sets, and what that gives is held against the threshold
without allowance.
"""
import json
import sys
from collections import defaultdict

LEAST, MOST = 0.93, 0.055
cells = [json.loads(line) for line in open(sys.argv[1])]
failed = []


def name(cell):
    keys = ("quantity", "prompts", "share", "ties", "rows", "seeds")
    return ", ".join(f"{key} {cell[key]}" for key in keys if cell.get(key) is not None)


groups = defaultdict(list)
for cell in cells:
    if cell["quantity"] == "power":
        continue
    groups[(cell["quantity"], cell.get("seeds"), cell["prompts"])].append(cell)
    if cell.get("coverage") is not None and cell["coverage"] < LEAST:
        failed.append((name(cell), f"covers {cell['coverage']:.3f}"))
    if cell.get("flat"):
        failed.append((name(cell), f"{cell['flat']} intervals of width zero"))
    if cell.get("alarms") is not None and cell["alarms"] > MOST:
        failed.append((name(cell), f"false alarms {cell['alarms']:.3f}"))


def span(values):
    values = [value for value in values if value is not None]
    if not values:
        return "–"
    low, high = min(values), max(values)
    return f"{low:.3f}" if low == high else f"{low:.3f} … {high:.3f}"


print("| quantity | seeds | prompts | cells | coverage | without interval | mean width | false alarms |")
print("|---|--:|--:|--:|---|---|---|---|")
for (quantity, seeds, prompts), members in groups.items():
    row = [quantity, seeds or "", prompts, len(members)]
    row += [span([m.get(key) for m in members]) for key in ("coverage", "withheld", "width", "alarms")]
    print("| " + " | ".join(str(value) for value in row) + " |")
print()
print("| prompts | seeds | power said | power found |")
print("|--:|--:|--:|--:|")
for cell in cells:
    if cell["quantity"] == "power":
        print(f"| {cell['prompts']} | {cell['seeds']} | {cell['said']:.3f} | {cell['found']:.3f} |")
        if abs(cell["said"] - cell["found"]) > 0.05:
            failed.append((f"power at {cell['prompts']} prompts", f"found {cell['found']:.3f}"))
print()
sets = min(cell["sets"] for cell in cells)
again = [cell for cell in cells if cell["sets"] > sets]
print(f"{len(cells)} cells of {sets} sets, {len(again)} of them drawn again; {len(failed)} fail.")
for cell in again:
    held = f"covers {cell['coverage']:.3f}" if cell.get("coverage") is not None else ""
    found = f"false alarms {cell['alarms']:.4f}" if cell.get("alarms") is not None else ""
    print(f"- again with {cell['sets']} sets: {name(cell)}: {', '.join(filter(None, (held, found)))}")
for what, how in failed:
    print(f"- {what}: {how}")
sys.exit(1 if failed else 0)
