"""DPO with LoRA by TRL and PEFT: the same model, pairs, rank and steps as speed.yaml.

    peer.py MODEL PAIRS [STEPS] [DTYPE]      prints pairs a second and the greatest resident memory
"""

import json
import resource
import sys
import time

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer

folder, pairs = sys.argv[1:3]
steps = int(sys.argv[3]) if len(sys.argv) > 3 else 10
dtype = sys.argv[4] if len(sys.argv) > 4 else "bfloat16"
torch.set_num_threads(2)
rows = [json.loads(line) for line in open(pairs)]
tokenizer = AutoTokenizer.from_pretrained(folder)
if tokenizer.pad_token is None:
    tokenizer.pad_token = tokenizer.eos_token
model = AutoModelForCausalLM.from_pretrained(folder, dtype="float32")
arguments = DPOConfig(
    output_dir="/tmp/peer-real-model", per_device_train_batch_size=4, max_steps=steps, learning_rate=2e-4, beta=0.1,
    max_length=256, bf16=dtype == "bfloat16", use_cpu=True, gradient_checkpointing=False, logging_steps=1,
    save_strategy="no", report_to=[], seed=0)
trainer = DPOTrainer(
    model=model, args=arguments, train_dataset=Dataset.from_list(rows), processing_class=tokenizer,
    peft_config=LoraConfig(
        r=16, lora_alpha=32, target_modules="all-linear", lora_dropout=0.0, task_type="CAUSAL_LM"))
start = time.perf_counter()
trainer.train()
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({
    "peer": "TRL + PEFT", "dtype": dtype, "pairs": 4 * steps, "seconds": round(seconds, 1),
    "pairs_per_second": round(4 * steps / seconds, 3), "peak_mb": round(peak)}))
