"""Folders of models for the comparison: small ones of random weights over published tokenizers.

    models.py TOKENIZERS FOLDER

TOKENIZERS holds gpt2, phi-3-mini and minimind-6400, as ../shared/data/tokenizers does. The weights are far from uniform, so
that choices differ by much more than rounding.
"""

import pathlib
import shutil
import sys

import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

source, target = map(pathlib.Path, sys.argv[1:])
torch.manual_seed(7)


def save(model, name, tokenizer):
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.normal_(0, 0.12)
    folder = target / name
    model.save_pretrained(folder)
    for file in (source / tokenizer).iterdir():
        if file.name.startswith("tokenizer") and file.suffix == ".json":
            shutil.copy(file, folder / file.name)


# A small vocabulary, with which lm-evaluation-harness is done in minutes.
save(
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=6400, hidden_size=64, intermediate_size=128, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=4096,
            tie_word_embeddings=True, bos_token_id=1, eos_token_id=2,
        )
    ),
    "tiny-minimind",
    "minimind-6400",
)
# Byte-level, no begin token in front of texts.
save(
    GPT2LMHeadModel(
        GPT2Config(vocab_size=50257, n_positions=2048, n_embd=64, n_layer=2, n_head=4)
    ),
    "tiny-gpt2",
    "gpt2",
)
# Byte fallback.
save(
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=32064, hidden_size=64, intermediate_size=128, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=2048,
            tie_word_embeddings=False, bos_token_id=1, eos_token_id=32000,
        )
    ),
    "tiny-llama",
    "phi-3-mini",
)
# A context that five examples do not fit into.
save(
    GPT2LMHeadModel(
        GPT2Config(
            vocab_size=6400, n_positions=256, n_embd=64, n_layer=2, n_head=4, bos_token_id=1,
            eos_token_id=2,
        )
    ),
    "short",
    "minimind-6400",
)
