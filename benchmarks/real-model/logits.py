"""The log-probabilities that Plumb keeps of its samples against those of transformers.

    logits.py MODEL RUN

Reads the samples of the reference's own evaluation part in RUN, reads their ids with transformers in float32, and
prints the greatest difference of the sums over a completion.
"""

import glob
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, run = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, dtype="float32").eval()
prompts = {}
for line in open(f"{run}/samples.jsonl"):
    row = json.loads(line)
    prompts[row.get("prompt_id", row.get("id"))] = row
worst = worst_each = 0.0
count = 0
for path in glob.glob(f"{run}/evaluation/*/samples.jsonl"):
    for line in open(path):
        for item in json.loads(line).get("prompts", []):
            row = prompts.get(item["prompt"])
            if row is None:
                continue
            text = row["prompt"]
            messages = text if isinstance(text, list) else [{"role": "user", "content": text}]
            start = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=True)
            start = start["input_ids"] if not isinstance(start, list) else start
            for sample in item["samples"]:
                ids = torch.tensor([list(start) + sample["tokens"]])
                with torch.no_grad():
                    logits = model(ids).logits[0].float().log_softmax(-1)
                picked = logits[len(start) - 1:-1].gather(1, ids[0, len(start):, None]).sum().item()
                difference = abs(picked - sample["referenceLogProbability"])
                worst = max(worst, difference)
                worst_each = max(worst_each, difference / len(sample["tokens"]))
                count += 1
print(f"{count} completions: the sums differ by at most {worst:.2e} nats, {worst_each:.2e} a token")
