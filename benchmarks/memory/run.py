#!/usr/bin/env python3
"""Is the memory of a training foretold? `plumb check` and what the run then has, for every family.

    benchmarks/memory/run.py [PLUMB [FOLDER [VARIANT…]]]    a release build; where the runs go; some rows alone
"""

import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

FAMILIES = "llama gpt2 gpt_neox mistral qwen2 qwen3 smollm3 phi3 gemma2 olmo2".split()
# What differs from DPO of all weights in float32, and in which families it is tried.
VARIANTS = {
    "all weights": ("", {}, FAMILIES),
    "bfloat16 products": ("", {"precision": "bfloat16"}, FAMILIES),
    "LoRA, rank 8": ("    adapter: {rank: 8}\n", {}, ["llama", "gpt2", "qwen3", "olmo2"]),
    "memory: low": ("", {"training": ", memory: low"}, ["llama", "gpt2", "gemma2"]),
    "moments: bfloat16": ("", {"training": ", moments: bfloat16"}, ["llama", "gpt2"]),
    "accumulation: 4": ("", {"training": ", accumulation: 4"}, ["llama", "gpt2", "gemma2"]),
}

BASE = """name: base
data: {{texts: {{generate: {{reviews: 300, seed: 1}}}}}}
stages:
  words: {{kind: tokenizer, data: texts, vocabulary: 2000}}
  lm:
    kind: language-model
    data: texts
    tokenizer: words
    model: {{architecture: {family}, layers: 6, hidden: 256, heads: 4, {shape} positions: 512}}
    training: {{steps: 1, batch: 2, learning_rate: 1e-3}}
"""

ALIGNED = """name: aligned
precision: {precision}
data: {{pairs: {{files: pairs.jsonl}}}}
stages:
  dpo:
    kind: align
    objective: dpo-pref
    policy: base-{family}/lm/checkpoints/step-000001
    data: pairs
    probe_prompts: 0
{adapter}    training: {{steps: 3, batch: 8, learning_rate: 1e-4{training}}}
"""


def pairs(file):
    """Prompts and completions of very different lengths, of words that the tokenizer has seen."""
    draw = random.Random(1)
    words = "a the film story actors plot was is it and slow great dull scenes music end".split()
    with open(file, "w") as out:
        for _ in range(64):
            text = lambda most: " ".join(draw.choices(words, k=draw.randint(8, most)))
            row = {"prompt": text(180), "chosen": " " + text(160), "rejected": " " + text(160)}
            out.write(json.dumps(row) + "\n")


def lines(plumb, *arguments):
    done = subprocess.run([plumb, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def main():
    plumb = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/plumb").resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    pairs(folder / "pairs.jsonl")
    print("| training | family | foretold | highest resident set | foretold by it | tensors |")
    print("|---|---|--:|--:|--:|--:|")
    for variant, (adapter, settings, families) in VARIANTS.items():
        if sys.argv[3:] and variant not in sys.argv[3:]:
            continue
        for family in families:
            base = folder / f"base-{family}"
            if not base.exists():
                shape = "feed_forward: 1024," if family in ("gpt2", "gpt_neox") else "feed_forward: 704,"
                if family not in ("gpt2", "gpt_neox", "phi3"):
                    shape += " key_value_heads: 2,"
                recipe = folder / f"base-{family}.yaml"
                recipe.write_text(BASE.format(family=family, shape=shape))
                lines(plumb, "run", str(recipe), "-o", str(base), "--json")
            recipe = folder / "aligned.yaml"
            recipe.write_text(
                ALIGNED.format(
                    family=family, adapter=adapter, precision=settings.get("precision", "float32"),
                    training=settings.get("training", "")))
            foretold = [x["memory"] for x in lines(plumb, "check", str(recipe), "--json") if "stage" in x][-1]
            shutil.rmtree(folder / "aligned", ignore_errors=True)
            lines(plumb, "run", str(recipe), "-o", str(folder / "aligned"), "--json")
            cost = json.loads((folder / "aligned/costs.jsonl").read_text().splitlines()[-1])
            resident, tensors = cost["peak_memory"], cost["tensor_memory"]
            print(
                f"| {variant} | {family} | {foretold / 2**20:.0f} MiB | {resident / 2**20:.0f} MiB "
                f"| {foretold / resident:.2f} | {tensors / 2**20:.0f} MiB |", flush=True)


main()
