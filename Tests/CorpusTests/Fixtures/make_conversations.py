#!/usr/bin/env python3
"""Makes `conversations/`: python3 make_conversations.py, with transformers (5.23) and tokenizers.

A tiny tokenizer; chat templates of our own that use what templates of tool users use; rows with tools,
calls, documents and settings; and what `apply_chat_template` makes of each row: its text, its ids, and
the mask of the assistant's tokens where the template marks them.
"""

import json
import os

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "conversations")

MARKED = """\
{%- if tools %}<|im_start|>system
{%- if messages[0].role == 'system' %}
{{ messages[0].content }}
{% endif %}
# Tools
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}<|im_end|>
{% elif messages[0].role == 'system' %}<|im_start|>system
{{ messages[0].content }}<|im_end|>
{% endif %}
{%- if documents %}<|im_start|>documents
{%- for document in documents %}
[{{ loop.index }}] {{ document.title }}: {{ document.text }}
{%- endfor %}<|im_end|>
{% endif %}
{%- for message in messages %}
{%- if message.role == 'user' %}<|im_start|>user
{{ message.content }}<|im_end|>
{% elif message.role == 'tool' %}<|im_start|>tool{% if message.name is defined %} {{ message.name }}{% endif %}
{{ message.content }}<|im_end|>
{% elif message.role == 'assistant' %}<|im_start|>assistant
{% generation %}
{%- if message.reasoning_content and enable_thinking is not false %}<think>{{ message.reasoning_content }}</think>
{% endif %}
{%- if message.content %}{{ message.content }}{% endif %}
{%- for call in message.tool_calls or [] %}
<call>{{ call.function.name }} {{ call.function.arguments if call.function.arguments is string else call.function.arguments | tojson }}</call>
{%- endfor %}<|im_end|>{% endgeneration %}

{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}
"""

TEMPLATES = {
    "marked": MARKED,
    # The same without marks, so that the answer is what parts from the prompt.
    "unmarked": MARKED.replace("{% generation %}", "{% if true %}").replace(
        "{% endgeneration %}", "{% endif %}"
    ),
    # The line end behind the end token is marked too.
    "marked-line": MARKED.replace("<|im_end|>{% endgeneration %}\n\n", "<|im_end|>\n{% endgeneration %}"),
}

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather — now & \"here\".",
        "parameters": {
            "type": "object",
            "properties": {"place": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["place"],
        },
    },
}


def user(text):
    return {"role": "user", "content": text}


def assistant(text, **fields):
    return {"role": "assistant", "content": text, **fields}


def call(arguments):
    return [{"type": "function", "function": {"name": "weather", "arguments": arguments}}]


ROWS = [
    {"messages": [user("Hello there."), assistant("Hi."), user("How are you?"), assistant("Well, thanks.")]},
    {"messages": [{"role": "system", "content": "Be short."}, user("What is 2+2?"), assistant("4")]},
    {
        "messages": [
            {"role": "system", "content": "Use tools."},
            user("Is it warm in Åbo?"),
            assistant(None, tool_calls=call({"place": "Åbo", "days": 1})),
            {"role": "tool", "name": "weather", "content": "{\"degrees\": 21}"},
            assistant("It has 21 degrees."),
        ],
        "tools": [TOOL],
    },
    {
        "messages": [
            user("And in Rome?"),
            assistant("I look.", tool_calls=call('{"place": "Rome"}')),
        ],
        "tools": [TOOL],
    },
    {
        "messages": [user("Who wrote it?"), assistant("Ann did.")],
        "documents": [{"title": "Letters", "text": "By Ann, in 1810."}, {"title": "Notes", "text": "Empty."}],
    },
    {
        "messages": [user("Why?"), assistant("Because.", reasoning_content="They ask why.")],
        "chat_template_kwargs": {"enable_thinking": True},
    },
    {
        "messages": [user("Why?"), assistant("Because.", reasoning_content="They ask why.")],
        "chat_template_kwargs": {"enable_thinking": False},
    },
]


def train():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=["<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([MARKED] * 3 + [json.dumps(row) for row in ROWS], trainer)
    return tokenizer


def main():
    os.makedirs(HERE, exist_ok=True)
    tokenizer = train()
    tokenizer.save(os.path.join(HERE, "tokenizer.json"))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>")
    with open(os.path.join(HERE, "tokenizer_config.json"), "w", encoding="utf-8") as file:
        json.dump({"eos_token": "<|im_end|>"}, file)
    with open(os.path.join(HERE, "rows.jsonl"), "w", encoding="utf-8") as file:
        for row in ROWS:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    for name, template in TEMPLATES.items():
        with open(os.path.join(HERE, f"{name}.jinja"), "w", encoding="utf-8") as file:
            file.write(template)
        with open(os.path.join(HERE, f"{name}.jsonl"), "w", encoding="utf-8") as file:
            for row in ROWS:
                options = {key: row.get(key) for key in ("tools", "documents")}
                options |= row.get("chat_template_kwargs", {})
                marks = name != "unmarked"
                text = fast.apply_chat_template(
                    row["messages"], chat_template=template, tokenize=False, **options
                )
                found = fast.apply_chat_template(
                    row["messages"], chat_template=template, tokenize=True, return_dict=True,
                    return_assistant_tokens_mask=marks, **options
                )
                record = {"text": text, "ids": found["input_ids"]}
                if marks:
                    record["mask"] = found["assistant_masks"]
                file.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
