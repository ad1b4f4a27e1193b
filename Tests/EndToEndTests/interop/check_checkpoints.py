#!/usr/bin/env python3
"""Runs several checks in one process, because starting transformers takes longer than they do.

    python check_checkpoints.py [logits|tokenizer FOLDER EXPECTED]...

One line for each; exits 1 when any differs. See check_logits.py and check_tokenizer.py.
"""

import sys

import check_logits
import check_tokenizer


def main(arguments):
    failures = 0
    for kind, folder, expected in zip(*[iter(arguments)] * 3):
        if kind == "logits":
            failures += check_logits.main(folder, expected, 1e-4)
        else:
            failures += check_tokenizer.main(folder, expected)
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) < 4 or len(sys.argv) % 3 != 1:
        sys.exit("usage: check_checkpoints.py [logits|tokenizer FOLDER EXPECTED]...")
    sys.exit(main(sys.argv[1:]))
