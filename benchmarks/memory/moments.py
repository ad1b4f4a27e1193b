#!/usr/bin/env python3
"""What do moments in bfloat16 change? One short alignment in both, over seeds.

    benchmarks/memory/moments.py [PLUMB [FOLDER]]    a release build; where the run goes

Prints reward, KL and the last losses of DPO and RLOO with moments in float32 and in bfloat16, as means over
seeds with 95 % intervals (Student's t), and the difference of each pair of seeds likewise.
"""

import json
import math
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

SEEDS = 6
STUDENT = 2.571  # 0.975 quantile with 5 degrees of freedom
METHODS = ("dpo", "rloo")
STAGES = """
  dpo-{moments}: {{kind: align, objective: dpo-pref, policy: sft, data: drawn, probe_prompts: 0, training: {{epochs: 3, batch: 8, learning_rate: 3e-4, moments: {moments}}}}}
  rloo-{moments}: {{kind: on-policy, method: rloo, policy: sft, reward: synthetic, prompts: texts, prefix_tokens: 6, steps: 25, batch: 8, samples: 4, max_tokens: 24, kl: 0.02, training: {{epochs: 1, learning_rate: 3e-4, moments: {moments}}}}}"""

RECIPE = """name: moments
threads: 1
seeds: {seeds}
data: {{texts: {{generate: {{reviews: 600, seed: 1}}}}}}
stages:
  words: {{kind: tokenizer, data: texts, vocabulary: 800}}
  sft:
    kind: language-model
    data: texts
    tokenizer: words
    model: {{layers: 2, hidden: 128, heads: 4, positions: 128}}
    max_length: 64
    training: {{steps: 200, batch: 24, learning_rate: 3e-3}}
    per_seed: false
  drawn: {{kind: sample, policy: sft, prompts: texts, prefix_tokens: 6, limit: 200, per_prompt: 2, max_tokens: 24, reward: synthetic, per_seed: false}}{stages}
evaluation:
  reference: sft
  reward: synthetic
  policies: {policies}
  prompts_from: {{prompts: texts, prefix_tokens: 6}}
  prompts: 64
  samples: 4
  max_tokens: 24
  best_of: []
"""


def shown(values):
    mean = statistics.mean(values)
    half = STUDENT * statistics.stdev(values) / math.sqrt(len(values))
    return f"{mean:.4g} ({mean - half:.4g} to {mean + half:.4g})"


def main():
    plumb = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/plumb").resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    kinds = ("float32", "bfloat16")
    policies = [f"{method}-{kind}" for kind in kinds for method in METHODS]
    (folder / "moments.yaml").write_text(
        RECIPE.format(
            seeds=list(range(SEEDS)), policies=policies, stages="".join(STAGES.format(moments=kind) for kind in kinds)))
    shutil.rmtree(folder / "run", ignore_errors=True)
    done = subprocess.run([plumb, "run", "moments.yaml", "-o", "run", "--quiet"], cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 7):
        sys.exit(done.stderr)
    found = {}
    for measurement in json.loads((folder / "run/evaluation.json").read_text())["measurements"]:
        group, *seed = measurement["subject"].split("/")
        if len(seed) == 2 and measurement["name"] in ("reward", "kl"):
            found.setdefault((group, measurement["name"]), {})[seed[0]] = measurement["value"]
    for group in policies:
        for seed in range(SEEDS):
            steps = (folder / f"run/{group}/seed-{seed}/steps.jsonl").read_text().splitlines()
            last = [json.loads(line) for line in steps[-5:]]
            loss = [step.get("loss", step.get("metrics", {}).get("loss")) for step in last]
            found.setdefault((group, "loss, mean of the last five steps"), {})[f"seed-{seed}"] = statistics.mean(loss)
    print("| method | | moments in float32 | in bfloat16 | difference, seed by seed |\n|---|---|--:|--:|--:|")
    for method in METHODS:
        for name in dict.fromkeys(name for _, name in found):
            one, other = (found.get((f"{method}-{kind}", name), {}) for kind in kinds)
            if not one:
                continue
            pairs = [(one[seed], other[seed]) for seed in sorted(one)]
            print(
                f"| {method} | {name} | {shown([a for a, _ in pairs])} | {shown([b for _, b in pairs])} "
                f"| {shown([b - a for a, b in pairs])} |")


main()
