#!/usr/bin/env python3
"""What transformers makes of conversations with tools, by published templates.

    render_conversations.py ROWS OUT TEMPLATE…      with transformers

ROWS are those of `conversations/rows.jsonl`; a template is a `.jinja`, or a JSON file with `chat_template`.
OUT gets for each template and row `{"template", "row", "asks", "text"}`, text being null where it refuses.
"""

import datetime
import json
import sys

from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast
from transformers.utils import chat_template_utils


class Fixed(datetime.datetime):
    """The day that Plumb gives to templates that ask for one."""

    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26)


chat_template_utils.datetime = Fixed


def source(path):
    with open(path, encoding="utf-8") as file:
        content = file.read()
    if path.endswith(".jinja"):
        return content
    template = json.loads(content).get("chat_template")
    return template if isinstance(template, str) else None


def main(rows, out, *paths):
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.BPE()), bos_token="<s>", eos_token="</s>"
    )
    with open(rows, encoding="utf-8") as file:
        conversations = [json.loads(line) for line in file]
    with open(out, "w", encoding="utf-8") as file:
        for path in paths:
            template = source(path)
            if template is None:
                continue
            for place, row in enumerate(conversations):
                options = {key: row.get(key) for key in ("tools", "documents")}
                options |= row.get("chat_template_kwargs", {})
                for asks in (False, True):
                    messages = row["messages"][:-1] if asks else row["messages"]
                    try:
                        text = tokenizer.apply_chat_template(
                            messages, chat_template=template, tokenize=False,
                            add_generation_prompt=asks, **options
                        )
                    except Exception:
                        text = None
                    record = {"template": path, "row": place, "asks": asks, "text": text}
                    file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
