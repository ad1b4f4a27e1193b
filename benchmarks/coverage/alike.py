"""One stage under six names, through `plumb compare`: in how many runs a pair is told apart after Holm's
correction, or a rank is given that is not 1 to 6. Usage: alike.py PLUMB FOLDER
"""
import json
import os
import subprocess
import sys

plumb, folder = sys.argv[1:]
runs = sorted(os.listdir(folder))
pairs = ranks = 0
for run in runs:
    said = subprocess.run([plumb, "compare", f"{folder}/{run}", "--json"], capture_output=True, check=True)
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    contrasts = [line for line in lines if line["kind"] == "contrast"]
    assert len(contrasts) >= 15, f"{run}: {len(contrasts)} pairs"
    pairs += any(line["p_holm"] <= 0.05 for line in contrasts)
    ranks += any(line.get("ranks", [1, 6]) != [1, 6] for line in lines if line["kind"] == "standing" and line["of"] == "methods")
print(f"{len(runs)} runs of six alike: {pairs} with a pair told apart, {ranks} with a rank that is not 1 to 6.")
sys.exit(0 if pairs <= 0.05 * len(runs) and ranks <= 0.05 * len(runs) else 1)
