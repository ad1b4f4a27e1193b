#!/usr/bin/env python3
"""The peer's side of the speed benchmark: TRL's DPOTrainer, transformers' generate, torch's matmul.

    python peer.py prepare FOLDER
    python peer.py dpo FOLDER --dtype float32|bfloat16 [--checkpointing] [--steps N]
    python peer.py generate FOLDER --dtype float32|bfloat16 --samples 1|4
    python peer.py matmul --dtype float32|bfloat16

One JSON line per measurement on stdout, with the keys `what`, `dtype`, `seconds`,
`tokens_per_second`, `peak_memory_bytes` (see README.md); `cpu_seconds`, summed over threads, tells a
busy machine from a slow program. One measurement per process, so that the peak memory is its own.
"""

import argparse
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

import torch

THREADS = 2
VOCABULARY = 8192
END = "<|endoftext|>"
PAIRS, PROMPTS, BATCH, WARM_UP_STEPS = 512, 64, 8, 3
NEW_TOKENS = 64


def emit(what, dtype, seconds, tokens, **more):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    line = {
        "side": "peer",
        "what": what,
        "dtype": dtype,
        "seconds": round(seconds, 4),
        "tokens_per_second": round(tokens / seconds, 1) if tokens else None,
        "peak_memory_bytes": peak,
    }
    print(json.dumps(line | more), flush=True)


# Data and model


def word_tokenizer():
    """Byte-level BPE of 8192 entries in which every word ` cvcv` is one token, so lengths are exact.

    256 bytes, 100 syllables, 100 syllables after a space, 7735 words of two syllables, the end token.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    syllables = [c + v for c in "bcdfghjklmnpqrstvwxz" for v in "aeiou"]
    entries = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [(s[0], s[1]) for s in syllables] + [("Ġ", s) for s in syllables]
    words = [("Ġ" + first, second) for first in syllables for second in syllables]
    merges += words[: VOCABULARY - 1 - 256 - len(merges)]
    entries += [left + right for left, right in merges]
    inner = Tokenizer(models.BPE(vocab={e: i for i, e in enumerate(entries)}, merges=merges))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token=END, eos_token=END, model_max_length=256
    )
    return tokenizer, [left.replace("Ġ", " ") + right for left, right in merges[200:]]


def prepare(folder):
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    tokenizer, words = word_tokenizer()
    config = GPT2Config(
        vocab_size=VOCABULARY,
        n_layer=6,
        n_embd=384,
        n_head=6,
        n_positions=256,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=tokenizer.eos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    model_folder = os.path.join(folder, "model")
    GPT2LMHeadModel(config).save_pretrained(model_folder)
    tokenizer.save_pretrained(model_folder)
    generator = random.Random(0)
    text = lambda low, high: "".join(generator.choices(words, k=generator.randint(low, high)))
    with open(os.path.join(folder, "pairs.jsonl"), "w", encoding="utf-8") as file:
        for _ in range(PAIRS):
            row = {"prompt": text(12, 30), "chosen": text(10, 80), "rejected": text(10, 80)}
            counts = {f"{key}_tokens": len(tokenizer(row[key])["input_ids"]) for key in row}
            # The texts were made of one-token words; a tokenizer that splits them is a mistake here.
            if any(counts[f"{key}_tokens"] != row[key].count(" ") for key in row):
                sys.exit(f"a word is not one token: {row}")
            file.write(json.dumps(row | counts) + "\n")


def read_pairs(folder):
    with open(os.path.join(folder, "pairs.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


# Measurements


def dpo(folder, dtype, checkpointing, steps):
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import DPOConfig, DPOTrainer
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    start = time.perf_counter()
    model_folder = os.path.join(folder, "model")
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32)
    columns = ("prompt", "chosen", "rejected")
    rows = [{key: row[key] for key in columns} for row in read_pairs(folder)]

    class CountingCollator(DataCollatorForPreference):
        """Notes how many tokens of each batch are not padding; batches are made in step order."""

        counts = []

        def torch_call(self, examples):
            batch = super().torch_call(examples)
            self.counts.append(int(batch["attention_mask"].sum()))
            return batch

    class Clock(TrainerCallback):
        times, processor = [], []

        def on_step_end(self, arguments, state, control, **_):
            self.times.append(time.perf_counter())
            self.processor.append(time.process_time())

    with tempfile.TemporaryDirectory() as scratch:
        arguments = DPOConfig(
            output_dir=scratch,
            per_device_train_batch_size=BATCH,
            gradient_accumulation_steps=1,
            max_steps=steps,
            learning_rate=1e-6,
            beta=0.1,
            max_length=256,
            bf16=dtype == "bfloat16",
            gradient_checkpointing=checkpointing,
            use_cpu=True,
            eval_strategy="no",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            dataloader_num_workers=0,
            dataloader_pin_memory=False,
            seed=0,
        )
        trainer = DPOTrainer(
            model=model,
            args=arguments,
            train_dataset=Dataset.from_list(rows),
            processing_class=tokenizer,
            data_collator=CountingCollator(pad_token_id=tokenizer.eos_token_id, max_length=256),
            callbacks=[Clock()],
        )
        # The trainer logs on stdout, which is for measurements.
        stdout, sys.stdout = sys.stdout, sys.stderr
        try:
            trainer.train()
        finally:
            sys.stdout = stdout
    times, counts = Clock.times, CountingCollator.counts
    if len(times) != steps or len(counts) < steps:
        sys.exit(f"{len(times)} steps and {len(counts)} batches, {steps} expected")
    emit(
        "dpo-checkpointing" if checkpointing else "dpo",
        dtype,
        times[-1] - times[WARM_UP_STEPS - 1],
        sum(counts[WARM_UP_STEPS:steps]),
        steps=steps - WARM_UP_STEPS,
        cpu_seconds=round(Clock.processor[-1] - Clock.processor[WARM_UP_STEPS - 1], 2),
        whole_seconds=round(time.perf_counter() - start, 2),
    )


def generate(folder, dtype, samples):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model_folder = os.path.join(folder, "model")
    tokenizer = AutoTokenizer.from_pretrained(model_folder, padding_side="left")
    tokenizer.pad_token = tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=getattr(torch, dtype)).eval()
    prompts = [row["prompt"] for row in read_pairs(folder)[: PROMPTS // samples]]
    batch = tokenizer(prompts, return_tensors="pt", padding=True)
    seconds, processor = [], []
    for attempt in range(4):
        torch.manual_seed(attempt)
        start, spent = time.perf_counter(), time.process_time()
        output = model.generate(
            **batch,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            max_new_tokens=NEW_TOKENS,
            min_new_tokens=NEW_TOKENS,
            num_return_sequences=samples,
            pad_token_id=tokenizer.eos_token_id,
        )
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - spent)
    if tuple(output.shape) != (PROMPTS, batch["input_ids"].shape[1] + NEW_TOKENS):
        sys.exit(f"generate gave {tuple(output.shape)}")
    # The first attempt warms allocators and thread pools up.
    middle, tokens = statistics.median(seconds[1:]), PROMPTS * NEW_TOKENS
    what = "sample" if samples == 1 else f"sample-{samples}-per-prompt"
    more = {"best_seconds": min(seconds[1:]), "cpu_seconds": statistics.median(processor[1:])}
    emit(what, dtype, middle, tokens, **{key: round(value, 4) for key, value in more.items()})


def matmul(dtype):
    shapes = [(2048, 384, 1536), (2048, 1536, 384), (1024, 384, 8192), (2048, 2048, 2048)]
    for rows, inner, columns in shapes:
        left = torch.randn(rows, inner).to(getattr(torch, dtype))
        right = torch.randn(columns, inner).to(getattr(torch, dtype))
        operations, seconds = 2.0 * rows * inner * columns, []
        for _ in range(30):
            start = time.perf_counter()
            torch.nn.functional.linear(left, right)
            seconds.append(time.perf_counter() - start)
        middle = statistics.median(seconds[5:])
        shape = f"{rows}x{inner}x{columns}"
        emit(f"matmul-{shape}", dtype, middle, None, gigaflops=round(operations / middle / 1e9, 1))


def main():
    parser = argparse.ArgumentParser(description="the peer's side of the speed benchmark")
    parser.add_argument("mode", choices=["prepare", "dpo", "generate", "matmul"])
    parser.add_argument("folder", nargs="?", default="")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--samples", type=int, choices=[1, 4], default=1)
    parser.add_argument("--checkpointing", action="store_true", help="as TRL does by default")
    parser.add_argument("--steps", type=int, default=PAIRS // BATCH, help="of dpo; 64 is an epoch")
    arguments = parser.parse_args()
    if not WARM_UP_STEPS < arguments.steps <= PAIRS // BATCH:
        parser.error(f"--steps must be {WARM_UP_STEPS + 1} to {PAIRS // BATCH}")
    if arguments.mode != "matmul" and not arguments.folder:
        parser.error(f"{arguments.mode} needs a FOLDER")
    torch.set_num_threads(THREADS)
    if arguments.mode == "prepare":
        prepare(arguments.folder)
    elif arguments.mode == "dpo":
        dpo(arguments.folder, arguments.dtype, arguments.checkpointing, arguments.steps)
    elif arguments.mode == "generate":
        generate(arguments.folder, arguments.dtype, arguments.samples)
    else:
        matmul(arguments.dtype)


if __name__ == "__main__":
    main()
