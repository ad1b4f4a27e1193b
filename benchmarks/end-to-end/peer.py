"""The work of recipe.yaml with transformers and TRL: peer.py IMDB-FOLDER [THREADS]

The same texts, models, steps, batches, rates, candidates, samples and scores; prints one JSON line with the
seconds of each phase, the whole, the peak memory and what the policies came to. Settings are those that were fastest
here: no recomputing, dynamic padding, generation in large batches.
"""

import gzip
import json
import os
import pathlib
import random
import resource
import sys
import tempfile
import time
import warnings

started = time.perf_counter()
warnings.filterwarnings("ignore")
os.environ.update(TOKENIZERS_PARALLELISM="false", TRANSFORMERS_VERBOSITY="error", HF_HUB_OFFLINE="1")

import torch
from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax
from transformers import (
    LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification, PreTrainedTokenizerFast, get_cosine_schedule_with_warmup,
)
from trl import DPOConfig, DPOTrainer, RLOOConfig, RLOOTrainer

PREFIX, NEW = 8, 32
phases = {}


class Phase:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.start = time.perf_counter()

    def __exit__(self, *_):
        phases[self.name] = round(time.perf_counter() - self.start, 2)


def reviews(folder, part):
    with gzip.open(folder / part, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        row["text"] = row["text"].replace("<br /><br />", "\n").replace("<br />", "\n")
    return rows


def config(layers, width, positions, **more):
    return LlamaConfig(
        vocab_size=4096, hidden_size=width, num_hidden_layers=layers, num_attention_heads=4, intermediate_size=-(-width * 8 // 3 // 32) * 32,
        max_position_embeddings=positions, tie_word_embeddings=True, bos_token_id=0, eos_token_id=0, pad_token_id=1, **more)


def padded(rows, side="right"):
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), 1)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for place, row in enumerate(rows):
        where = slice(0, len(row)) if side == "right" else slice(longest - len(row), longest)
        ids[place, where] = torch.tensor(row)
        mask[place, where] = 1
    return ids, mask


def train(model, rows, rate, batch, epochs, loss):
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    steps = epochs * -(-len(rows) // batch)
    schedule = get_cosine_schedule_with_warmup(optimizer, max(1, steps // 20), steps)
    model.train()
    for _ in range(epochs):
        random.shuffle(rows)
        for first in range(0, len(rows), batch):
            optimizer.zero_grad(set_to_none=True)
            loss(rows[first : first + batch]).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def drawn(model, prompts, count, batch=256):
    """Completions of each prompt: ids after it, up to and with the end."""
    found = []
    for first in range(0, len(prompts), batch // count):
        part = [prompt for prompt in prompts[first : first + batch // count] for _ in range(count)]
        ids, mask = padded(part, "left")
        out = model.generate(
            input_ids=ids, attention_mask=mask, max_new_tokens=NEW, do_sample=True, temperature=1.0, top_k=0, top_p=1.0, pad_token_id=1)
        for row in out[:, ids.shape[1] :].tolist():
            found.append(row[: row.index(0) + 1] if 0 in row else row)
    return [found[place : place + count] for place in range(0, len(found), count)]


@torch.no_grad()
def rewards(oracle, tokenizer, texts, batch=64):
    values = []
    for first in range(0, len(texts), batch):
        ids, mask = padded([row[:255] + [0] for row in tokenizer(texts[first : first + batch], add_special_tokens=False).input_ids])
        values += oracle(input_ids=ids, attention_mask=mask).logits[:, 0].tolist()
    return values


@torch.no_grad()
def divergence(policy, reference, prompts, completions, batch=64):
    """Mean over completions of the exact KL summed over their tokens."""
    total, pairs = 0.0, [(p, c) for p, own in zip(prompts, completions) for c in own]
    for first in range(0, len(pairs), batch):
        part = pairs[first : first + batch]
        ids, mask = padded([p + c for p, c in part])
        ours, theirs = (log_softmax(model(input_ids=ids, attention_mask=mask).logits, -1) for model in (policy, reference))
        each = (ours.exp() * (ours - theirs)).sum(-1)
        for place, (p, c) in enumerate(part):
            total += each[place, len(p) - 1 : len(p) + len(c) - 1].sum().item()
    return total / len(pairs)


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 2)
    torch.manual_seed(0)
    random.seed(0)
    texts = reviews(folder, "train.jsonl.gz")
    half = len(texts) // 2
    policy_texts, labelled, test = texts[:1000], texts[half : half + 1200], reviews(folder, "test.jsonl.gz")

    with Phase("tokenizer"):
        made = Tokenizer(models.BPE())
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        made.train_from_iterator(
            (row["text"] for row in policy_texts),
            trainers.BpeTrainer(vocab_size=4096, special_tokens=["<|end|>", "<|pad|>"], show_progress=False,
                                initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
        tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<|end|>", bos_token="<|end|>", pad_token="<|pad|>")

    def cut(rows, most):
        return [ids[:most] for ids in tokenizer([row["text"] for row in rows], add_special_tokens=False).input_ids]

    with Phase("oracle"):
        oracle = LlamaForSequenceClassification(config(2, 128, 256, num_labels=1))
        rows = list(zip([ids + [0] for ids in cut(labelled, 255)], [float(row["label"]) for row in labelled]))

        def classify(part):
            ids, mask = padded([row[0] for row in part])
            logits = oracle(input_ids=ids, attention_mask=mask).logits[:, 0]
            return binary_cross_entropy_with_logits(logits, torch.tensor([row[1] for row in part]))

        train(oracle, rows, 1e-3, 32, 2, classify)

    with Phase("sft"):
        policy = LlamaForCausalLM(config(4, 256, 160))
        rows = []
        for ids in cut(policy_texts, 10**9):
            ids = ids + [0]
            rows += [ids[first : first + 128] for first in range(0, len(ids), 128)]

        def model_language(part):
            ids, mask = padded(part)
            return policy(input_ids=ids, attention_mask=mask, labels=ids.masked_fill(mask == 0, -100)).loss

        train(policy, rows, 2e-3, 32, 1, model_language)
        steps = -(-len(rows) // 32)

    work = tempfile.mkdtemp()
    policy.save_pretrained(f"{work}/sft")
    prompts = [ids for ids in cut(policy_texts, PREFIX)]
    with Phase("candidates"):
        asked = prompts[:256]
        groups = drawn(policy, asked, 8)
        flat = [tokenizer.decode(p + c, skip_special_tokens=True) for p, own in zip(asked, groups) for c in own]
        scores = rewards(oracle, tokenizer, flat)

    pairs = []
    for place, (prompt, own) in enumerate(zip(asked, groups)):
        for first in range(0, 8, 2):
            left, right = scores[place * 8 + first], scores[place * 8 + first + 1]
            chosen, rejected = (own[first], own[first + 1]) if left >= right else (own[first + 1], own[first])
            pairs.append(dict(prompt=tokenizer.decode(prompt), chosen=tokenizer.decode(chosen, skip_special_tokens=True),
                              rejected=tokenizer.decode(rejected, skip_special_tokens=True)))
    with Phase("dpo"):
        aligned = LlamaForCausalLM.from_pretrained(f"{work}/sft")
        DPOTrainer(
            aligned, LlamaForCausalLM.from_pretrained(f"{work}/sft"),
            args=DPOConfig(
                output_dir=f"{work}/dpo", beta=0.1, per_device_train_batch_size=32, num_train_epochs=1, learning_rate=3e-4, max_length=160,
                gradient_checkpointing=False, bf16=False, report_to=[], save_strategy="no", logging_steps=8, disable_tqdm=True),
            train_dataset=Dataset.from_list(pairs), processing_class=tokenizer).train()
        aligned.eval()

    with Phase("rloo"):
        learned = LlamaForCausalLM.from_pretrained(f"{work}/sft")

        def judged(prompts, completions, **_):
            return rewards(oracle, tokenizer, [p + c for p, c in zip(prompts, completions)])

        RLOOTrainer(
            learned, judged,
            args=RLOOConfig(
                output_dir=f"{work}/rloo", beta=0.05, per_device_train_batch_size=64, num_generations=4, max_steps=24, learning_rate=3e-4,
                max_completion_length=NEW, temperature=1.0, top_k=0, gradient_checkpointing=False, bf16=False, report_to=[],
                save_strategy="no", logging_steps=8, disable_tqdm=True, num_iterations=1),
            train_dataset=Dataset.from_list([dict(prompt=tokenizer.decode(ids)) for ids in prompts]), processing_class=tokenizer).train()
        learned.eval()

    results = {}
    with Phase("evaluation"):
        asked = cut(test[:256], PREFIX)
        for name, model in (("sft", policy), ("dpo", aligned), ("rloo", learned)):
            found = drawn(model, asked, 4)
            values = rewards(oracle, tokenizer, [tokenizer.decode(p + c, skip_special_tokens=True) for p, own in zip(asked, found) for c in own])
            kl = 0.0 if model is policy else divergence(model, policy, asked, found)
            results[name] = dict(reward=round(sum(values) / len(values), 3), kl=round(kl, 3))
        pool = drawn(policy, asked[:64], 16)
        rewards(oracle, tokenizer, [tokenizer.decode(p + c, skip_special_tokens=True) for p, own in zip(asked, pool) for c in own])

    print(json.dumps(dict(
        seconds=round(time.perf_counter() - started, 2), phases=phases, steps_of_sft=steps, results=results,
        peak_mib=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))))


main()
