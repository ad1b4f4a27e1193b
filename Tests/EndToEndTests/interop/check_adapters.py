#!/usr/bin/env python3
"""Opens adapters' folders with PEFT and compares their numbers with those that Plumb has for them.

    python check_adapters.py [FOLDER EXPECTED]...

`EXPECTED` is of the form of expectations.py. The base model is opened where `adapter_config.json` says,
from the adapter's folder on. Prints one line for each; exits 1 where a number differs by more than 1e-4,
or where PEFT misses a weight, finds one that it does not expect, or warns of the settings.
"""

import json
import os
import sys
import warnings

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

import expectations


def opened(folder):
    with open(os.path.join(folder, "adapter_config.json"), encoding="utf-8") as file:
        config = json.load(file)
    base = os.path.join(folder, config["base_model_name_or_path"])
    classifies = config["task_type"] == "SEQ_CLS"
    kind = AutoModelForSequenceClassification if classifies else AutoModelForCausalLM
    extra = {"num_labels": 1} if classifies else {}
    model = kind.from_pretrained(base, dtype=torch.float32, **extra)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=FutureWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        model = PeftModel.from_pretrained(model, folder)
    return model.eval()


def main(arguments):
    failures = 0
    for folder, path in zip(*[iter(arguments)] * 2):
        with open(path, encoding="utf-8") as file:
            expected = json.load(file)
        try:
            largest = expectations.largest_difference(opened(folder), expected)
        except Exception as error:  # whatever PEFT refuses the folder with
            print(f"DIFFERS {folder}: {error}")
            failures += 1
            continue
        failures += largest > 1e-4
        print(f"{'EQUAL' if largest <= 1e-4 else 'DIFFERS'} {folder}: largest difference {largest:.3e}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
