#!/usr/bin/env python3
"""Makes the tiny checkpoints of Tests/EndToEndTests/Fixtures, each with `expected.json`.

    python make_tiny_models.py ../Fixtures

Made with transformers 5.23.0, tokenizers 0.23.3, torch 2.13.0 (CPU). Weights are random, seeded, and
large enough (every bias and norm too) that a wrong transpose, order or epsilon moves the numbers.
"""

import json
import os
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    GPT2Config,
    GPT2ForSequenceClassification,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    PreTrainedTokenizerFast,
)

import expectations

END, PAD = "<|endoftext|>", "<|pad|>"
MERGES = ["Ġ t", "h e", "Ġ a", "i n", "r e", "o n", "Ġt he", "e r", "Ġ s", "a t", "e n", "o r"]
TEXTS = ["the cat sat on the rain", "A film that I enjoyed.", "Ünïcode 北京 \U0001f600"]


def tokenizer():
    """Byte-level BPE: 256 bytes, 12 merges, end and pad tokens; 270 entries."""
    bytes_ = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {byte: index for index, byte in enumerate(bytes_)}
    merges = [tuple(merge.split(" ")) for merge in MERGES]
    for left, right in merges:
        vocabulary[left + right] = len(vocabulary)
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token=END, eos_token=END, pad_token=PAD, model_max_length=32
    )


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            is_norm = parameter.dim() == 1 and name.endswith("weight")
            parameter.copy_(1 + 0.2 * noise if is_norm else 0.3 * noise)
    return model.eval()


def make(folder, model, words, seed):
    model = randomise(model, seed)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    path = os.path.join(folder, "tokenizer.json")
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")
    sequences = [words(text)["input_ids"] for text in TEXTS]
    expectations.write(os.path.join(folder, "expected.json"), model, sequences)
    for name in os.listdir(folder):
        os.chmod(os.path.join(folder, name), 0o644)
    total = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
    print(f"{folder}: {total} bytes")


def main(target):
    words = tokenizer()
    ids = {
        "vocab_size": len(words),
        "bos_token_id": words.eos_token_id,
        "eos_token_id": words.eos_token_id,
        "pad_token_id": words.pad_token_id,
    }
    gpt2 = {"n_layer": 2, "n_embd": 16, "n_head": 4, "n_inner": 32, "n_positions": 32}
    quiet = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}
    llama = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 32,
        "rms_norm_eps": 1e-5,
    }
    settings = [
        ("gpt2", GPT2LMHeadModel, GPT2Config(**gpt2, **quiet, **ids)),
        (
            "gpt2-classifier",
            GPT2ForSequenceClassification,
            GPT2Config(**gpt2, **quiet, **ids, num_labels=1),
        ),
        ("llama", LlamaForCausalLM, LlamaConfig(**llama, **ids, tie_word_embeddings=False)),
        (
            "llama-tied",
            LlamaForCausalLM,
            LlamaConfig(
                **llama,
                **ids,
                tie_word_embeddings=True,
                rope_parameters={"rope_type": "default", "rope_theta": 500000.0},
            ),
        ),
        (
            "llama-classifier",
            LlamaForSequenceClassification,
            LlamaConfig(**llama, **ids, num_labels=2),
        ),
    ]
    for seed, (name, kind, config) in enumerate(settings):
        make(os.path.join(target, f"tiny-{name}"), kind(config), words, seed)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_tiny_models.py FOLDER")
    main(sys.argv[1])
