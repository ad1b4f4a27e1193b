"""Stored answers to GSM8K with lm-evaluation-harness's grades: the fixture of Tests/PublishedTests.

    graded.py SHARED OUT.jsonl

Answers are published ones, spoilt in the ways in which models write numbers; the filters and what exact_match
ignores are those of the harness's gsm8k.yaml.
"""

import gzip
import json
import pathlib
import random
import sys

import lm_eval
from lm_eval.api.metrics import exact_match_hf_evaluate
from lm_eval.filters.extraction import RegexFilter
from lm_eval.tasks._yaml_loader import load_yaml

config = load_yaml(pathlib.Path(lm_eval.__file__).parent / "tasks/gsm8k/gsm8k.yaml")
metric = config["metric_list"][0]
settings = {key: metric[key] for key in ("regexes_to_ignore", "ignore_case", "ignore_punctuation")}
filters = {
    entry["name"]: RegexFilter(
        **{key: value for key, value in entry["filter"][0].items() if key != "function"}
    )
    for entry in config["filter_list"]
}
draw = random.Random(5)


def spoilt(answer):
    """The published answer in one of the ways in which a model may write it."""
    work, number = answer.rsplit("#### ", 1)
    plain = number.replace(",", "")
    wrong = str(int(float(plain)) + draw.choice([-1, 1, 10]))
    return draw.choice(
        [
            answer, f" {work}#### ${number}", f"{work}#### {plain}.", f"{work}####{number}",
            f"{work}#### {wrong}\n#### {number}", f"{work}#### {number}\n#### {wrong}",
            f"The answer is {number}.", f"The answer is ${number}", f"So {number} dollars, or -{number}",
            f"{work}#### -{number}", f"{work}#### {number}.00", f"{work}#### {plain}%", work,
            f"{work}#### {wrong}", f"#### .", "####  ", "", "no number at all", "$ . , -", "-", "1.", "..",
            f"{work}#### {number} apples, not {wrong}", f"= {number}=", f"{number}\n", f"#### {number}\n",
            f"{work}#### {plain},", f"--{number}", f"{wrong}-{number}", f"{work}#### {number}?\n\nQ: 7",
            f"٣ {number}", f"{work}#### {number} #### ", f"£{number}…", f"{number}e3", f"x{number}y5z",
        ]
    )


with gzip.open(pathlib.Path(sys.argv[1]) / "gsm8k/test.part.jsonl.gz", "rt") as file:
    rows = [json.loads(line) for line in file]
with open(sys.argv[2], "w", encoding="utf-8") as out:
    for row in rows:
        # The working is long and tells nothing.
        answer = "Some working of 3 * 4 = <<3*4=12>>12.\n#### " + row["answer"].rsplit("#### ", 1)[1]
        text = spoilt(answer)
        grades = {
            name: exact_match_hf_evaluate(
                predictions=found.apply([[text]], [{}])[0][:1], references=[answer], **settings
            )["exact_match"]
            for name, found in filters.items()
        }
        line = dict(
            text=text, answer=answer, strict=int(grades["strict-match"]),
            flexible=int(grades["flexible-extract"]),
        )
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
