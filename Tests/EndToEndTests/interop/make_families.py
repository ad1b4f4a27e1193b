#!/usr/bin/env python3
"""Makes a tiny checkpoint of each family of models, each with `expected.json`.

    python make_families.py ../Fixtures/families          those beside the tests
    python make_families.py FOLDER all                    each tied and untied, in float32 and bfloat16

Made with transformers 5.23.0, torch 2.13.0 (CPU), in float32 whatever the weights are stored as, with
the attention that is written out in each model ("eager"). `expected.json` holds, beside the sequences
of expectations.py, whose last 24 tokens are the scored ones: `greedy`, the likeliest continuations of
64 tokens, each token from a run of its own over all tokens before it; and `gradients` of the sum of all
log-probabilities, of each tensor its norm and its first numbers.
"""

import json
import os
import sys

import torch
import transformers

import expectations

VOCABULARY, SCORED, WRITTEN = 96, 24, 64
IDS = {"vocab_size": VOCABULARY, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 2}
ROTARY = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 96,
}
NEOX = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": 96,
}


def rope(kind, **keys):
    return {"rope_parameters": {"rope_type": kind, "rope_theta": 10000.0, **keys}}


YARN = {"factor": 4.0, "original_max_position_embeddings": 24, "beta_fast": 4.0, "beta_slow": 0.5}
# A name, the beginning of the classes' names, and the keys; the first of a class has a reward model too.
KINDS = [
    (
        "gpt2",
        "GPT2",
        {
            "n_layer": 3,
            "n_embd": 16,
            "n_head": 4,
            "n_inner": 24,
            "n_positions": 96,
            "activation_function": "gelu",
            "scale_attn_weights": False,
            "scale_attn_by_inverse_layer_idx": True,
        },
    ),
    ("gpt_neox", "GPTNeoX", {**NEOX, **rope("default", partial_rotary_factor=0.5)}),
    (
        "gpt_neox-sequential",
        "GPTNeoX",
        {
            **NEOX,
            **rope("linear", factor=2.0, partial_rotary_factor=0.25),
            "use_parallel_residual": False,
            "hidden_act": "gelu_new",
            "attention_bias": False,
        },
    ),
    ("llama-dynamic", "Llama", {**ROTARY, **rope("dynamic", factor=2.0), "mlp_bias": True}),
    (
        "llama-yarn",
        "Llama",
        {**ROTARY, **rope("yarn", **YARN), "attention_bias": True, "head_dim": 8},
    ),
    (
        "llama-llama3",
        "Llama",
        {
            **ROTARY,
            **rope(
                "llama3",
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=48,
            ),
            "hidden_act": "relu2",
        },
    ),
    ("mistral", "Mistral", {**ROTARY, "sliding_window": 7}),
    ("mistral-whole", "Mistral", {**ROTARY, "sliding_window": None}),
    (
        "qwen2",
        "Qwen2",
        {
            **ROTARY,
            "num_hidden_layers": 3,
            "use_sliding_window": True,
            "sliding_window": 5,
            "max_window_layers": 1,
        },
    ),
    (
        "qwen2-yarn",
        "Qwen2",
        {**ROTARY, **rope("yarn", **YARN, truncate=False, mscale=1.0, mscale_all_dim=0.5)},
    ),
    ("qwen3", "Qwen3", {**ROTARY, "head_dim": 6}),
    (
        "smollm3",
        "SmolLM3",
        {
            **ROTARY,
            "num_hidden_layers": 4,
            "no_rope_layer_interval": 2,
            "use_sliding_window": True,
            "sliding_window": 6,
        },
    ),
    (
        "phi3",
        "Phi3",
        {
            **ROTARY,
            **rope("default", partial_rotary_factor=0.5),
            "head_dim": 8,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "sliding_window": 9,
        },
    ),
    (
        "gemma2",
        "Gemma2",
        {
            **ROTARY,
            "head_dim": 6,
            "sliding_window": 6,
            "query_pre_attn_scalar": 10,
            "attn_logit_softcapping": 2.0,
            "final_logit_softcapping": 4.0,
        },
    ),
    ("olmo2", "Olmo2", {**ROTARY}),
]


def randomise(model, seed, offset):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            is_norm = parameter.dim() == 1 and name.endswith("weight")
            parameter.copy_(offset + 0.2 * noise if is_norm else 0.3 * noise)


@torch.no_grad()
def greedy(model, prompt):
    """The likeliest tokens, the sum of their log-probabilities, and the least lead of one of them."""
    ids, total, lead = list(prompt), 0.0, float("inf")
    for _ in range(WRITTEN):
        log = model(input_ids=torch.tensor([ids])).logits[0, -1].double().log_softmax(-1)
        best = log.topk(2)
        lead = min(lead, float(best.values[0] - best.values[1]))
        total += float(best.values[0])
        ids.append(int(best.indices[0]))
    entry = {"prompt": prompt, "tokens": ids[len(prompt) :], "log_probability": round(total, 6)}
    return entry, lead


def gradients(model, sequences):
    model.zero_grad()
    total = 0.0
    for ids in sequences:
        log = model(input_ids=torch.tensor([ids])).logits[0, :-1].log_softmax(-1)
        total = total + log.gather(-1, torch.tensor(ids[1:]).unsqueeze(-1)).sum()
    total.backward()
    found = {}
    for name, parameter in model.named_parameters():
        gradient = parameter.grad.flatten().double()
        numbers = [float(gradient.norm())] + gradient[:4].tolist()
        found[name] = [float(f"{number:.9g}") for number in numbers]
    return found


def numbers(count, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(3, VOCABULARY, (count,), generator=generator).tolist()


def make(folder, kind, config, dtype, seed, with_gradients):
    offset = 0.0 if isinstance(config, transformers.Gemma2Config) else 1.0
    for seed in range(seed, seed + 1000, 100):
        model = kind(config)
        randomise(model, seed, offset)
        model.to(dtype).save_pretrained(folder)
        model = kind.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager").eval()
        sequences = [numbers(length + SCORED, length) for length in (3, 9, 14)]
        entries = [
            expectations.plain(expectations.outputs(model, ids, whole=index == 0))
            for index, ids in enumerate(sequences)
        ]
        content = {"sequences": entries}
        if "scores" in entries[0]:
            break
        found = [greedy(model, ids[:length]) for ids, length in zip(sequences, (3, 9, 14))]
        # Two tokens that rounding might change places of say nothing.
        if min(lead for _, lead in found) > 1e-3:
            content["greedy"] = [entry for entry, _ in found]
            break
    else:
        raise ValueError(f"{folder}: no seed has leads")
    if with_gradients:
        content["gradients"] = gradients(model, sequences)
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")
    generation = os.path.join(folder, "generation_config.json")
    if os.path.exists(generation):
        os.remove(generation)
    for name in os.listdir(folder):
        os.chmod(os.path.join(folder, name), 0o644)
    total = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
    print(f"{folder}: seed {seed}, {total} bytes")


def main(target, every):
    seen = set()
    for seed, (name, start, keys) in enumerate(KINDS):
        config = getattr(transformers, f"{start}Config")
        language = getattr(
            transformers, start + ("LMHeadModel" if start == "GPT2" else "ForCausalLM"))
        types = {"": torch.float32, "-bfloat16": torch.bfloat16}
        pairs = [(True, "-bfloat16"), (False, "")]
        if every:
            pairs = [(tied, suffix) for tied in (True, False) for suffix in types]
        for tied, suffix in pairs:
            folder = os.path.join(target, name + ("-tied" if tied else "") + suffix)
            shape = config(**keys, **IDS, tie_word_embeddings=tied)
            make(folder, language, shape, types[suffix], seed, not suffix)
        if start not in seen:
            seen.add(start)
            classifier = getattr(transformers, f"{start}ForSequenceClassification")
            shape = config(**keys, **IDS, num_labels=1)
            make(os.path.join(target, f"{name}-reward"), classifier, shape, torch.float32, seed, 0)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: make_families.py FOLDER [all]")
    main(sys.argv[1], len(sys.argv) == 3)
