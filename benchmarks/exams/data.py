"""Files for the comparison, in the layouts of the public ones.

    data.py SHARED FOLDER

MMLU and GSM8K are published questions (SHARED/mmlu, SHARED/gsm8k). Of ARC, HellaSwag and TruthfulQA nothing is
here: their files are made of MMLU's questions in their layouts, with the brackets, blanks and capitals that their
prompts treat in a special way.
"""

import csv
import gzip
import json
import pathlib
import sys

shared, target = map(pathlib.Path, sys.argv[1:])
target.mkdir(parents=True, exist_ok=True)
letters = "ABCD"


def write(name, rows):
    with open(target / name, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def questions(part):
    for path in sorted((shared / "mmlu" / part).glob("*.csv")):
        subject = path.stem.removesuffix(f"_{part}")
        with open(path, newline="", encoding="utf-8") as file:
            for question, *choices, answer in csv.reader(file):
                yield dict(
                    question=question, subject=subject, choices=choices,
                    answer=letters.index(answer),
                )


for part in ("dev", "test"):
    rows = list(questions(part))
    write(f"mmlu-{part}.jsonl", rows)
    usable = [row for row in rows if len(set(row["choices"])) == 4]
    if part == "test":
        usable = usable[::5]
    write(
        f"arc-{part}.jsonl",
        [
            dict(
                id=f"q{number}", question=row["question"],
                # Some of ARC's labels are numbers.
                choices=dict(
                    text=row["choices"], label=list("1234" if number % 7 == 0 else letters)
                ),
                answerKey=("1234" if number % 7 == 0 else letters)[row["answer"]],
            )
            for number, row in enumerate(usable)
        ],
    )
    write(
        f"hellaswag-{part}.jsonl",
        [
            dict(
                ind=number, activity_label=row["subject"].replace("_", " ").capitalize(),
                ctx_a=row["question"] + (" [header] How to [title]" if number % 3 == 0 else ""),
                ctx_b=" ".join(reversed(row["question"].split()[:3])).upper(),
                endings=[
                    choice + ("  [substeps] and [x]  so" if number % 4 == 0 else "")
                    for choice in row["choices"]
                ],
                label=str(row["answer"]),
            )
            for number, row in enumerate(usable)
        ],
    )
    write(
        f"truthfulqa-{part}.jsonl",
        [
            dict(
                question=row["question"],
                mc1_targets=dict(
                    choices=[row["choices"][row["answer"]]]
                    + [c for i, c in enumerate(row["choices"]) if i != row["answer"]],
                    labels=[1, 0, 0, 0],
                ),
                mc2_targets=dict(choices=row["choices"], labels=[1, 1, 0, 0]),
            )
            for row in usable
        ],
    )
write(
    "texts.jsonl",
    [dict(text=" ".join(row["question"] for row in list(questions("test"))[i : i + 40]))
     for i in range(0, 400, 40)],
)
for part in ("test", "train"):
    with gzip.open(shared / "gsm8k" / f"{part}.part.jsonl.gz", "rt", encoding="utf-8") as file:
        write(f"gsm8k-{part}.jsonl", map(json.loads, file))
