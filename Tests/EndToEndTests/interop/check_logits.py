#!/usr/bin/env python3
"""Opens a checkpoint folder with transformers and compares its numbers with an expected.json.

    python check_logits.py FOLDER EXPECTED [TOLERANCE]

Prints one line; exits 1 when a number differs by more than TOLERANCE (1e-4), or when transformers
misses a tensor or finds one it does not expect.
"""

import json
import os
import sys

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import expectations


def main(folder, expected_path, tolerance):
    with open(expected_path, encoding="utf-8") as file:
        expected = json.load(file)
    try:
        largest = expectations.largest_difference(expectations.open_model(folder), expected)
    except ValueError as error:
        print(f"DIFFERS {error}")
        return 1
    verdict = "EQUAL" if largest <= tolerance else "DIFFERS"
    print(f"{verdict} {folder}: largest difference {largest:.3e}, tolerance {tolerance:.0e}")
    return 0 if largest <= tolerance else 1


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: check_logits.py FOLDER EXPECTED [TOLERANCE]")
    limit = float(sys.argv[3]) if len(sys.argv) == 4 else 1e-4
    sys.exit(main(sys.argv[1], sys.argv[2], limit))
