"""The log-probabilities that Plumb keeps of its samples against those of transformers.

    logits.py MODEL RUN

Tokenises the prompts and completions of RUN/samples.jsonl anew with the model's own template and tokenizer, reads them with
transformers in float32, and compares their sums with the reference's log-probabilities in the records, which do not hold
ids. A text may have been sampled as other tokens than the tokenizer makes of it: where their number differs it is left out,
and where only they differ its sum does. Exits 1 where fewer than half can be compared, or more than a tenth of those differ
by more than 2e-3 nats.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, run = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, dtype="float32").eval()
differences = []
others = tokens = 0
for line in open(f"{run}/samples.jsonl"):
    row = json.loads(line)
    # Runs of earlier versions have these keys in camelCase.
    prompt = row.get("prompt_text", row.get("promptText"))
    reference = row.get("reference_log_probability", row.get("referenceLogProbability"))
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
    differences.append(abs(found - reference))
    tokens += len(answer)
same = [difference for difference in differences if difference <= 2e-3]
apart = sorted(set(differences) - set(same))
print(
    f"{len(differences)} completions of {tokens} tokens: the sums of {len(same)} differ by at most {max(same):.1e} nats, "
    f"those of {len(apart)} by more ({', '.join(f'{value:.1f}' for value in apart)}); {others} left out, which have another "
    "number of tokens"
)
sys.exit(len(apart) * 10 > len(differences) or len(differences) <= others)
