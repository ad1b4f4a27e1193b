"""The tables of README.md, and 1 where a threshold is missed. Usage: table.py CALIBRATION STOPPING"""
import json
import sys

cells, rows = ([json.loads(line) for line in open(path)] for path in sys.argv[1:])
missed = 0
print("| labels are | labels | share | ties | judge right on wins | on losses | coverage | width | the judge alone |")
print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
for c in cells:
    way = "of these comparisons" if c["way"] == "labels" else "of others"
    missed += c["coverage"] < 0.93
    print(f"| {way} | {c['labels']} | {c['share']} | {c['ties']} | {c['hits']} | {c['rejections']} | "
          f"{c['coverage']:.3f} | {c['width']:.3f} | {c['uncorrected']:.3f} |")
print()
print("| share | ties | decided | wrongly | at most | interval misses | prompts, mean | median | saved |")
print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
for r in rows:
    print(f"| {r['share']:.2f} | {r['ties']} | {r['decided']:.3f} | {r['wrong']:.4f} | {r['wrong_at_most']:.4f} | "
          f"{r['missed']:.4f} | {r['mean']:.0f} | {r['median']} | {r['saved']:.3f} |")
    # The nominal error rate, with what 2,000 judgings may say by chance.
    missed += r["wrong"] > 0.055
    missed += r["share"] == 0.6 and r["saved"] < 0.5
print()
print("every threshold holds" if not missed else f"{missed} thresholds are missed")
sys.exit(missed > 0)
