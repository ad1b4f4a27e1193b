#!/usr/bin/env python3
"""Opens a checkpoint's tokenizer with transformers and compares it with ids that Plumb gave.

    python check_tokenizer.py FOLDER EXPECTED

EXPECTED holds `{"texts": [{"text": …, "ids": […], "decoded": …}], "end": …}`. Prints one line; exits
1 when ids, decoded texts or the end token differ.
"""

import json
import os
import sys

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from transformers import AutoTokenizer


def main(folder, expected_path):
    with open(expected_path, encoding="utf-8") as file:
        expected = json.load(file)
    words = AutoTokenizer.from_pretrained(folder)
    wrong = []
    if words.eos_token_id != expected["end"]:
        wrong.append(f"end token {words.eos_token_id}, expected {expected['end']}")
    for entry in expected["texts"]:
        ids = words(entry["text"])["input_ids"]
        if ids != entry["ids"]:
            wrong.append(f"{entry['text']!r} is {ids}, expected {entry['ids']}")
        decoded = words.decode(entry["ids"], skip_special_tokens=True)
        if decoded != entry["decoded"]:
            wrong.append(f"{entry['ids']} is {decoded!r}, expected {entry['decoded']!r}")
    print("DIFFERS " + "; ".join(wrong) if wrong else f"EQUAL {len(expected['texts'])} texts")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: check_tokenizer.py FOLDER EXPECTED")
    sys.exit(main(sys.argv[1], sys.argv[2]))
