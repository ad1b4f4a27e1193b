"""What `expected.json` holds, and how it is computed and compared; one place for maker and checker.

For each input: `log_probabilities` of every token after the first given those before it (nats), and
`logits` of the position after the last token. For a sequence classifier: `scores`.
All in float32, printed so that the same float32 is read back.
"""

import json

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSequenceClassification
from transformers.utils import logging

logging.disable_progress_bar()

def is_classifier(folder):
    names = AutoConfig.from_pretrained(folder).architectures or []
    return any(name.endswith("ForSequenceClassification") for name in names)


def open_model(folder):
    """Loads in float32; raises ValueError naming tensors that are missing or unexpected."""
    kind = AutoModelForSequenceClassification if is_classifier(folder) else AutoModelForCausalLM
    model, info = kind.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    wrong = {key: sorted(info[key]) for key in ("missing_keys", "unexpected_keys") if info[key]}
    if wrong:
        raise ValueError(f"{folder}: {wrong}")
    return model.eval()


@torch.no_grad()
def outputs(model, input_ids, whole):
    """The numbers of one sequence; `whole` adds the logits after its last token."""
    result = model(input_ids=torch.tensor([input_ids])).logits[0].float()
    if result.dim() == 1:
        return {"input_ids": input_ids, "scores": result}
    chosen = torch.tensor(input_ids[1:]).unsqueeze(-1)
    entry = {
        "input_ids": input_ids,
        "log_probabilities": result[:-1].log_softmax(-1).gather(-1, chosen).squeeze(-1),
    }
    if whole:
        entry["logits"] = result[-1]
    return entry


def plain(entry):
    """Tensors as shortest decimal numbers that give the same float32 again."""
    return {
        key: [float(str(number)) for number in value.numpy()] if torch.is_tensor(value) else value
        for key, value in entry.items()
    }


def write(path, model, sequences):
    entries = [
        plain(outputs(model, sequence, whole=index < 2))
        for index, sequence in enumerate(sequences)
    ]
    with open(path, "w", encoding="utf-8") as file:
        lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
        file.write('{"sequences":[\n' + lines + "\n]}\n")


def largest_difference(model, expected):
    """The largest |Δ| over every number of `expected`, a parsed `expected.json`."""
    largest = 0.0
    for entry in expected["sequences"]:
        found = plain(outputs(model, entry["input_ids"], whole="logits" in entry))
        for key in entry.keys() - {"input_ids"}:
            if len(found[key]) != len(entry[key]):
                raise ValueError(f"{key}: {len(found[key])} numbers, {len(entry[key])} expected")
            for left, right in zip(found[key], entry[key]):
                difference = abs(left - right)
                largest = max(largest, difference if difference == difference else float("inf"))
    return largest
