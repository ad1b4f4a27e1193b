"""Prompts for an instruct model: the first eight words of film reviews that no oracle has seen.

    prompts.py FOLDER OUT      FOLDER holds rt-polarity.neg and rt-polarity.pos (Pang and Lee 2005); OUT gets
                               train.jsonl, validation.jsonl and test.jsonl
"""

import json
import pathlib
import random
import sys

source, out = map(pathlib.Path, sys.argv[1:])
sentences = sorted(
    {
        " ".join(line.split()[:8])
        for name in ("rt-polarity.neg", "rt-polarity.pos")
        for line in (source / name).read_text(encoding="utf-8", errors="replace").splitlines()
        if len(line.split()) > 12
    }
)
random.Random(0).shuffle(sentences)
out.mkdir(parents=True, exist_ok=True)
sizes = {"train": 256, "validation": 64, "test": 512}
for name, size in sizes.items():
    chosen, sentences = sentences[:size], sentences[size:]
    with open(out / f"{name}.jsonl", "w", encoding="utf-8") as file:
        for beginning in chosen:
            prompt = f"Write one sentence of a film review that begins with: {beginning}"
            file.write(json.dumps({"prompt": prompt}, ensure_ascii=False) + "\n")
