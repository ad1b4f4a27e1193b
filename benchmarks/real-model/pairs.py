"""The first pairs of UltraFeedback that fit into 256 tokens under the model's chat template, as messages.

    pairs.py MODEL PUBLISHED COUNT > pairs.jsonl
"""

import gzip
import json
import sys

from transformers import AutoTokenizer

folder, published, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
tokenizer = AutoTokenizer.from_pretrained(folder)
for line in gzip.open(published, "rt"):
    row = json.loads(line)
    asked = {"role": "user", "content": row["prompt"]}
    sides = [{"role": "assistant", "content": row[name]} for name in ("chosen", "rejected")]
    texts = [tokenizer.apply_chat_template([asked, side], tokenize=False) for side in sides]
    longest = max(len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts)
    if longest > 250 or row["chosen"] == row["rejected"]:
        continue
    print(json.dumps({"prompt": [asked], "chosen": [sides[0]], "rejected": [sides[1]]}))
    count -= 1
    if count == 0:
        break
