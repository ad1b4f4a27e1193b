"""Writes what the libraries make of random texts with a tokenizer.

    python read_texts.py TOKENIZER COUNT SEED OUT

TOKENIZER is a file in the form of tokenizer.json, also gzipped, or a SentencePiece model. OUT gets a
line `[text, ids, decoded]` for each of the COUNT texts of `texts.py`. Needs `tokenizers` or
`sentencepiece`.
"""

import gzip
import json
import os
import sys

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import texts as random_texts


def reader(path):
    if ".model" in os.path.basename(path):
        import sentencepiece

        model = sentencepiece.SentencePieceProcessor(model_file=path)
        return model.encode, model.decode
    from tokenizers import Tokenizer

    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        tokenizer = Tokenizer.from_str(file.read().decode("utf-8"))
    return (lambda text: tokenizer.encode(text, add_special_tokens=False).ids), tokenizer.decode


def main(path, count, seed, out):
    encode, decode = reader(path)
    with open(out, "w", encoding="utf-8") as file:
        for text in random_texts.texts(int(count), int(seed)):
            ids = encode(text)
            file.write(json.dumps([text, ids, decode(ids)]) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
