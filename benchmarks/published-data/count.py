#!/usr/bin/env python3
"""Holds what Plumb made of a set's rows against a count that knows nothing of Plumb.

    count.py SET      in the folder of run.sh; needs `tokenizers`, and pyarrow for sets of Parquet

Counts rows, examples, ties, refused rows and answers that are too long, from the files alone and with the
tokenizer of the model; prints a line and fails where a number differs.
"""

import csv
import glob
import gzip
import io
import json
import re
import sys

from tokenizers import Tokenizer

LIMIT = 384
csv.field_size_limit(1 << 30)


def text(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        return file.read().decode("utf-8")


def lines(path):
    return [json.loads(line) for line in text(path).split("\n") if line.strip()]


def parquet(*paths):
    import pyarrow.parquet as pq

    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def blank(words):
    return not words.strip()


class Bad(Exception):
    """A row that cannot be used."""


def turns(prompt, *before):
    return [*before, ("user", prompt)]


def pair(prompt, chosen, rejected):
    if blank(chosen) or blank(rejected) or chosen == rejected:
        raise Bad
    return (prompt, [chosen, rejected])


def transcripts(chosen, rejected, marker):
    """The prompt is all up to the last marker that both share."""
    shared = 0
    while shared < min(len(chosen), len(rejected)) and chosen[shared] == rejected[shared]:
        shared += 1
    place = chosen[:shared].rfind(marker)
    if place < 0:
        raise Bad
    end = place + len(marker)
    return pair(chosen[:end], chosen[end:], rejected[end:])


def hh():
    for part in ["helpful-base.test.jsonl", "harmless-base.test.jsonl.gz"]:
        for row in lines(f"data/hh-rlhf/{part}"):
            yield lambda row=row: [transcripts(row["chosen"], row["rejected"], "\n\nAssistant:")]


def sample():
    for row in lines("data/ultrafeedback-sample/train.jsonl.gz"):
        yield lambda row=row: [pair(row["prompt"], row["chosen"], row["rejected"])]


def binarized():
    for row in parquet(*[f"layouts/train_prefs-{part:05d}-of-00002.parquet" for part in range(2)]):
        def examples(row=row):
            if blank(row["prompt"]):
                raise Bad
            return [pair(turns(row["prompt"]), row["chosen"][1]["content"], row["rejected"][1]["content"])]

        yield examples


def raw():
    for row in parquet("layouts/raw.parquet"):
        def examples(row=row):
            answers = [one["response"] for one in row["completions"]]
            if any(map(blank, answers)):
                raise Bad
            return [(row["instruction"], answers)]

        yield examples


def tldr():
    for row in csv.DictReader(io.StringIO(text("data/tldr-judged/oai1b_ppo_vs_reference_judged.csv.gz"), newline="")):
        yield lambda row=row: [demonstration(row["query"], row["reference_responses"])]


def demonstration(prompt, answer):
    if blank(answer):
        raise Bad
    return (prompt, [answer])


def lima():
    for row in json.loads(text("data/lima/lima.json.gz")):
        def examples(row=row):
            if not row.get("history"):
                prompt = row["instruction"] + ("\n\n" + row["input"] if row["input"] else "")
                return [demonstration(prompt, row["output"])]
            before, found = [], []
            for question, answer in [*row["history"], (row["instruction"], row["output"])]:
                if blank(answer) or blank(question):
                    raise Bad
                before.append(("user", question))
                found.append((list(before), [answer]))
                before.append(("assistant", answer))
            return found

        yield examples


def alpaca():
    for row in json.loads(text("data/alpaca-2k/alpaca_data.json.gz")):
        prompt = row["instruction"] + ("\n\n" + row["input"] if row["input"] else "")
        yield lambda row=row, prompt=prompt: [demonstration(prompt, row["output"])]


def kto():
    for row in json.loads(text("data/llamafactory-demo/kto_en_demo.json.gz")):
        def examples(row=row):
            said = [(one["role"], one["content"]) for one in row["messages"]]
            return [demonstration(said[:-1], said[-1][1])]

        yield examples


ROLES = {"human": "user", "gpt": "assistant", "system": "system"}


def dpo():
    for row in json.loads(text("data/llamafactory-demo/dpo_en_demo.json.gz")):
        def examples(row=row):
            said = [(ROLES[one["from"]], one["value"]) for one in row["conversations"]]
            return [pair(said, row["chosen"]["value"], row["rejected"]["value"])]

        yield examples


def qa():
    places = [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)]
    for row in json.loads(text("data/qa-feedback/dev_feedback.json.gz")):
        def examples(row=row):
            prompt = row["question"]
            for title, *sentences in row["passages"]:
                prompt += "\n\n" + title + "\n" + " ".join(sentences)
            found = []
            for code, (one, other) in zip(row["preference"], places):
                if code == 0:
                    found.append(None)
                    continue
                better, worse = (one, other) if code == 1 else (other, one)
                found.append(pair(prompt, row[f"prediction {better}"], row[f"prediction {worse}"]))
            return found

        yield examples


def webgpt():
    for row in json.loads(text("data/webgpt-comparisons/webgpt.test.json.gz")):
        def examples(row=row):
            (one, other), (first, second) = row["text"], row["score"]
            if first == second:
                return [None]
            prompt, answers = transcripts(one, other, "## Assistant:\n")
            return [(prompt, answers if first > second else answers[::-1])]

        yield examples


SETS = {
    "hh-rlhf": hh,
    "ultrafeedback": sample,
    "ultrafeedback-binarized": binarized,
    "ultrafeedback-raw": raw,
    "tldr": tldr,
    "lima": lima,
    "alpaca": alpaca,
    "kto-demo": kto,
    "dpo-demo": dpo,
    "qa-feedback": qa,
    "webgpt": webgpt,
}


class Length:
    """Tokens of a prompt and an answer with its end."""

    def __init__(self):
        self.tokenizer = Tokenizer.from_file("model/tokenizer.json")
        # What people wrote is text, whatever it looks like.
        self.tokenizer.encode_special_tokens = True
        with open("model/tokenizer_config.json", encoding="utf-8") as file:
            self.begins = 1 if json.load(file).get("bos_token") else 0

    def words(self, text):
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def __call__(self, prompt, answer):
        if isinstance(prompt, str):
            # The tokenizer itself puts a begin token before a text.
            return len(self.tokenizer.encode(prompt + answer).ids) + 1
        # The template `plain`: a begin token, and an end token behind every answer, which cut the text.
        total, piece = self.begins, ""
        for role, said in [*prompt, ("assistant", answer)]:
            piece += f"{role.capitalize()}: {said}"
            if role == "assistant":
                total += self.words(piece) + 1
                piece = ""
            piece += "\n\n"
        return total


def main(name):
    length = Length()
    rows = kept = bad = ties = long = 0
    for examples in SETS[name]():
        rows += 1
        try:
            found = examples()
        except Bad:
            bad += 1
            continue
        for example in found:
            if example is None:
                ties += 1
                continue
            kept += 1
            prompt, answers = example
            long += max(length(prompt, answer) for answer in answers) > LIMIT
    with open(f"{name}.data.jsonl", encoding="utf-8") as file:
        data = json.loads(file.readline())
    refused = sum(refusal["count"] for refusal in data["refusals"])
    with open(f"{name}.log", encoding="utf-8") as file:
        log = file.read()
    said = re.search(r"(\d+) (?:examples exceed|rows are longer|pairs are longer)", log)
    seen = {
        "examples": data["rows"],
        "refused": refused,
        "ties": data["ties"],
        "too long": int(said.group(1)) if said else 0,
    }
    counted = {"examples": kept, "refused": bad, "ties": ties, "too long": long}
    wrong = {key: (seen[key], counted[key]) for key in seen if seen[key] != counted[key]}
    steps = len(open_steps(name))
    print(
        f"{name:24} {rows:5} rows, {kept:5} examples, {bad:3} refused, {ties:3} ties, {long:5} too long, "
        f"{kept - long:5} trained on, {steps} steps" + (f"; DIFFERS {wrong}" if wrong else "")
    )
    return 1 if wrong or steps != 50 else 0


def open_steps(name):
    (path,) = glob.glob(f"{name}/trained/**/steps.jsonl", recursive=True)
    with open(path, encoding="utf-8") as file:
        return [line for line in file if line.strip()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
