"""The log-probabilities that Plumb keeps of its samples against those of transformers.

    logits.py MODEL RUN

Tokenises the prompts and completions of RUN/samples.jsonl anew with the model's own template and tokenizer, reads them with
transformers in float32, and prints the greatest difference from the reference's log-probability of a completion. A
completion whose tokens are not those that were sampled (a text may have several) is counted and left out; exits 1 where
fewer than half can be compared, or one differs by more than 1e-3 nats.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, run = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, dtype="float32").eval()
worst = worst_each = 0.0
count = others = tokens = 0
for line in open(f"{run}/samples.jsonl"):
    row = json.loads(line)
    prompt = row["promptText"]
    messages = prompt if isinstance(prompt, list) else [{"role": "user", "content": prompt}]
    text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    start = tokenizer(text, add_special_tokens=False)["input_ids"]
    answer = tokenizer(row["text"], add_special_tokens=False)["input_ids"]
    if row["finished"]:
        answer.append(model.config.eos_token_id)
    if len(answer) != row["tokens"]:
        others += 1
        continue
    ids = torch.tensor([start + answer])
    with torch.no_grad():
        logits = model(ids).logits[0].log_softmax(-1)
    found = logits[len(start) - 1:-1].gather(1, ids[0, len(start):, None]).sum().item()
    difference = abs(found - row["referenceLogProbability"])
    worst = max(worst, difference)
    worst_each = max(worst_each, difference / len(answer))
    count += 1
    tokens += len(answer)
print(
    f"{count} completions of {tokens} tokens: their sums differ by at most {worst:.1e} nats, "
    f"{worst_each:.1e} a token; {others} left out, whose texts are tokenised another way"
)
sys.exit(worst > 1e-3 or count <= others)
