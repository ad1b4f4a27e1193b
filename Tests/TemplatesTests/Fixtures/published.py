"""Writes published.json: hashes of what Jinja makes of published templates.

    python3 published.py ../shared/data/chat-templates

For each template, each of conversations.json without and with `add_generation_prompt`: the first 16
digits of the SHA-256 of the text, or "" where rendering fails. The templates themselves are their
owners' and stay where they are.
"""

import glob
import hashlib
import json
import os
import sys

from conversations import FOLDER, all_variables
from environment import render


def templates(root):
    for path in sorted(glob.glob(os.path.join(root, "**", "*"), recursive=True)):
        name = os.path.relpath(path, root)
        if path.endswith(".jinja"):
            yield name, open(path, newline="").read()
        elif path.endswith(".json"):
            source = json.load(open(path)).get("chat_template")
            if isinstance(source, str):
                yield name, source


def digest(source, variables):
    result = render(source, variables)
    return hashlib.sha256(result["text"].encode()).hexdigest()[:16] if result else ""


if __name__ == "__main__":
    rows = []
    for name, source in templates(sys.argv[1]):
        results = [
            digest(source, {**variables, "add_generation_prompt": prompt})
            for variables in all_variables()
            for prompt in (False, True)
        ]
        rows.append(json.dumps({"template": name, "results": results}))
    with open(os.path.join(FOLDER, "published.json"), "w") as file:
        file.write("[\n" + ",\n".join(rows) + "\n]\n")
