#!/usr/bin/env python3
"""Makes adapters over the checkpoints of make_families.py, each with `expected.json`.

    python make_adapters.py ../Fixtures/adapters

Made with peft 0.21.2, transformers 5.23.0, torch 2.13.0 (CPU), in float32 with "eager" attention. Each
folder names its base by the way there. `expected.json` holds, beside the sequences of expectations.py as
the model under the adapter has them: `gradients` of the sum of all log-probabilities, or scores, of each
of the adapter's weights its norm and its first numbers, by the names of the file without
`base_model.model.`; and `merged`, the same sequences after `merge_and_unload`.
"""

import json
import os
import shutil
import sys
import warnings

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
warnings.filterwarnings("ignore")

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

import expectations

# A name, the base, whether it is a reward model, and the keys of LoraConfig.
KINDS = [
    ("llama", "llama-llama3", False, {"target_modules": "all-linear"}),
    ("llama-some", "llama-llama3", False,
     {"target_modules": ["q_proj", "v_proj"], "use_rslora": True, "lora_dropout": 0.1,
      "modules_to_save": ["lm_head", "input_layernorm"]}),
    ("gpt2", "gpt2", False, {"target_modules": "all-linear"}),
    ("gpt2-tied", "gpt2-tied-bfloat16", False, {"target_modules": ["c_attn", "mlp.c_proj"]}),
    ("gpt_neox", "gpt_neox", False, {"target_modules": ["query_key_value", "dense_4h_to_h"]}),
    ("phi3", "phi3", False, {"target_modules": "all-linear"}),
    ("gemma2", "gemma2", False, {"target_modules": r".*\.mlp\.(up|down)_proj"}),
    ("llama-reward", "llama-llama3", True, {"target_modules": ["q_proj", "o_proj"]}),
    ("qwen3-reward", "qwen3-reward", True, {"target_modules": "all-linear"}),
]


def opened(folder, classifies):
    kind = AutoModelForSequenceClassification if classifies else AutoModelForCausalLM
    extra = {"num_labels": 1} if classifies else {}
    return kind.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", **extra).eval()


def own(model):
    """The adapter's weights, by the names that its file has for them."""
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            plain = name.removeprefix("base_model.model.")
            yield plain.replace(".default", "").replace("modules_to_save.", ""), parameter


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _, parameter in sorted(own(model), key=lambda pair: pair[0]):
            parameter.add_(0.2 * torch.randn(parameter.shape, generator=generator))


def gradients(model, sequences):
    model.zero_grad()
    total = 0.0
    for ids in sequences:
        logits = model(input_ids=torch.tensor([ids])).logits[0]
        if logits.dim() == 1:
            total = total + logits.sum()
            continue
        log = logits[:-1].log_softmax(-1)
        total = total + log.gather(-1, torch.tensor(ids[1:]).unsqueeze(-1)).sum()
    total.backward()
    found = {}
    for name, parameter in own(model):
        gradient = parameter.grad.flatten().double()
        numbers = [float(gradient.norm())] + gradient[:4].tolist()
        found[name] = [float(f"{number:.9g}") for number in numbers]
    return found


def numbers(count, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(3, 96, (count,), generator=generator).tolist()


def make(target, name, base, classifies, keys, seed):
    here = os.path.dirname(os.path.abspath(__file__))
    torch.manual_seed(seed)
    model = opened(os.path.join(here, "../Fixtures/families", base), classifies)
    config = LoraConfig(
        r=3, lora_alpha=5, task_type="SEQ_CLS" if classifies else "CAUSAL_LM", **keys)
    model = get_peft_model(model, config)
    randomise(model, seed)
    model.eval()
    folder = os.path.join(target, name)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    os.remove(os.path.join(folder, "README.md"))
    path = os.path.join(folder, "adapter_config.json")
    with open(path, encoding="utf-8") as file:
        written = json.load(file)
    written["base_model_name_or_path"] = f"../../families/{base}"
    if isinstance(written["target_modules"], list):
        written["target_modules"].sort()
    with open(path, "w", encoding="utf-8") as file:
        json.dump(written, file, indent=2, sort_keys=True)
        file.write("\n")
    sequences = [numbers(length, length) for length in (27, 33, 38)]

    def entries(model):
        return [expectations.plain(expectations.outputs(model, ids, whole=False)) for ids in sequences]

    content = {"sequences": entries(model), "gradients": gradients(model, sequences)}
    content["merged"] = entries(model.merge_and_unload())
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")
    for file in os.listdir(folder):
        os.chmod(os.path.join(folder, file), 0o644)
    print(f"{folder}: {sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_adapters.py FOLDER")
    for number, (label, place, rewards, settings) in enumerate(KINDS):
        make(sys.argv[1], label, place, rewards, settings, number + 1)
