"""lm-evaluation-harness on the same files and folder, held against Plumb's answers.

    peer.py MODEL DATA ANSWERS [--chat] [--only EXAM]

ANSWERS is the folder of a policy below `exams` that `plumb exam` left: samples_<exam>.jsonl, where the exam's name is
KIND_SHOTS, such as mmlu_5. The harness's own task files are taken as they are; only where their rows come from, and that
few-shot examples are the first ones, is changed. Prints, for each examination, the greatest difference of
log-likelihoods and how many grades differ; ends with 1 where one is above 1e-4 or any grade differs.
"""

import argparse
import json
import logging
import pathlib
import sys

import lm_eval
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks._yaml_loader import load_yaml

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("data", type=pathlib.Path)
parser.add_argument("answers", type=pathlib.Path)
parser.add_argument("--chat", action="store_true")
parser.add_argument("--only")
parser.add_argument("--max-gen-toks", type=int, default=64)
arguments = parser.parse_args()
logging.disable(logging.WARNING)

tasks = pathlib.Path(lm_eval.__file__).parent / "tasks"
# Kind: the harness's task file, and the metrics of both.
kinds = {
    "mmlu": ("mmlu/default/mmlu_anatomy.yaml", {"acc": "acc"}),
    "arc": ("arc/arc_challenge.yaml", {"acc": "acc", "acc_norm": "acc_norm"}),
    "hellaswag": ("hellaswag/hellaswag.yaml", {"acc": "acc", "acc_norm": "acc_norm"}),
    "truthfulqa-mc1": ("truthfulqa/truthfulqa_mc1.yaml", {"acc": "acc"}),
    "truthfulqa-mc2": ("truthfulqa/truthfulqa_mc2.yaml", {"acc": "acc"}),
    "gsm8k": ("gsm8k/gsm8k.yaml", {}),
}


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def part(path, rows, keep):
    """The rows that Plumb took, as a file."""
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            if keep(row):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return str(path)


def task(kind, shots, name, test, dev, description=None):
    config = dict(load_yaml(tasks / kinds[kind][0]))
    for key in ("tag", "group", "task_alias", "dataset_name", "training_split", "validation_split"):
        config.pop(key, None)
    config.update(
        task=name, dataset_path="json", test_split="test", fewshot_split="dev",
        fewshot_config={"sampler": "first_n"}, num_fewshot=shots,
        dataset_kwargs={"data_files": {"test": test, "dev": dev}},
    )
    config["metadata"] = {"version": 0}
    if description is not None:
        config["description"] = description
    if "generation_kwargs" in config:
        config["generation_kwargs"]["max_gen_toks"] = arguments.max_gen_toks
    return ConfigurableTask(config=config)


model = HFLM(pretrained=arguments.model, dtype="float32", batch_size=4, device="cpu")
failures = 0
scratch = arguments.answers.parent.parent
for path in sorted(arguments.answers.glob("samples_*.jsonl")):
    exam = path.stem.removeprefix("samples_")
    kind, _, shots = exam.rpartition("_")
    if kind not in kinds and kind != "perplexity" or arguments.only not in (None, exam):
        continue
    ours = lines(path)
    if kind == "perplexity":
        texts = [row["text"] for row in lines(arguments.data / "texts.jsonl")][: len(ours)]
        requests = [
            lm_eval.api.instance.Instance("loglikelihood_rolling", {}, (text,), 0)
            for text in texts
        ]
        theirs = model.loglikelihood_rolling(requests)
        worst = max(
            abs(their - our["log_likelihoods"][0]) / our["tokens"][0]
            for their, our in zip(theirs, ours)
        )
        print(f"{exam}: {len(ours)} texts, largest difference per token {worst:.1e}")
        failures += worst > 1e-4
        continue
    stem = "truthfulqa" if kind.startswith("truthfulqa") else kind
    test = lines(arguments.data / f"{stem}-test.jsonl")
    dev_file = "gsm8k-train.jsonl" if kind == "gsm8k" else f"{stem}-dev.jsonl"
    dev = lines(arguments.data / dev_file)
    # Examinations of several subjects are several tasks there; their order is the file's.
    subjects = dict.fromkeys(row.get("category") for row in ours)
    theirs = []
    for subject in subjects:
        count = sum(row.get("category") == subject for row in ours)
        kept = [row for row in test if subject is None or row["subject"] == subject][:count]
        name = f"{exam}_{subject}".replace("-", "_")
        description = None
        if kind == "mmlu":
            own = load_yaml(tasks / f"mmlu/default/mmlu_{subject}.yaml")
            description = own["description"]
        one = task(
            kind, int(shots), name,
            part(scratch / f"{name}-test.jsonl", kept, lambda row: True),
            part(
                scratch / f"{name}-dev.jsonl", dev,
                lambda row: subject is None or row["subject"] == subject,
            ),
            description,
        )
        found = lm_eval.simple_evaluate(
            model=model, tasks=[one], log_samples=True, bootstrap_iters=0,
            apply_chat_template=arguments.chat, fewshot_as_multiturn=arguments.chat,
            verbosity="ERROR",
        )
        samples = found["samples"][name]
        theirs.append(sorted(samples, key=lambda row: (row["doc_id"], row["filter"])))
    flat = [row for rows in theirs for row in rows]
    if kind == "gsm8k":
        strict = {r["doc_id"]: r for r in flat if r["filter"] == "strict-match"}
        flexible = {r["doc_id"]: r for r in flat if r["filter"] == "flexible-extract"}
        texts = sum(o["filtered_resps"][0] != strict[i]["resps"][0][0] for i, o in enumerate(ours))
        wrong = sum(
            o["strict_match"] != strict[i]["exact_match"]
            or o["flexible_extract"] != flexible[i]["exact_match"]
            for i, o in enumerate(ours)
        )
        right = sum(o["flexible_extract"] for o in ours)
        print(
            f"{exam}: {len(ours)} items, {texts} other texts, {wrong} grades differ "
            f"({right:.0f} right by flexible-extract)"
        )
        failures += texts + wrong
        continue
    assert len(flat) == len(ours), (len(flat), len(ours))
    worst, wrong, skipped = 0.0, 0, 0
    for their, our in zip(flat, ours):
        if "missing" in our:
            skipped += 1
            continue
        scores = [float(response[0][0]) for response in their["resps"]]
        assert len(scores) == len(our["log_likelihoods"])
        worst = max(worst, *(abs(a - b) for a, b in zip(scores, our["log_likelihoods"])))
        for mine, yours in kinds[kind][1].items():
            # Probabilities agree to rounding, counts exactly.
            limit = 1e-4 if kind == "truthfulqa-mc2" else 0
            wrong += abs(float(their[yours]) - our[mine]) > limit
    acc = sum(our.get("acc", 0) for our in ours) / len(ours)
    print(
        f"{exam}: {len(ours) - skipped} items, largest difference {worst:.1e}, {wrong} grades differ "
        f"(acc {acc:.4f})"
    )
    failures += (worst > 1e-4) + wrong
sys.exit(1 if failures else 0)
