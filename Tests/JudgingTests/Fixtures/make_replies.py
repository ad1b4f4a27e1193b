#!/usr/bin/env python3
"""Writes replies.jsonl: sixty replies of judges with what a careful reader finds in them.

`state` is the judgment's state, `label` the verdict where there is one. Labels were given by hand.

    python3 make_replies.py > replies.jsonl
"""

import json
import sys

REPLIES = [
    # Plain verdicts.
    ("summary", "B leaves out the question.\nPreferred: A", "verdict", "A"),
    ("summary", "Preferred: B", "verdict", "B"),
    ("summary", "Both are fine, A is shorter.\n\nPreferred: A\n", "verdict", "A"),
    ("summary", "A is vague.\r\nPreferred: B\r\n", "verdict", "B"),
    ("summary", "A is vague.\n   Preferred: B   \n\n\n", "verdict", "B"),
    ("summary", "A is vague.\n**Preferred: B**", "verdict", "B"),
    ("summary", "A is vague.\n**Preferred:** B", "verdict", "B"),
    ("summary", "A is vague.\nPreferred:  B.", "verdict", "B"),
    ("dialogue", "A answers the question.\nMore helpful: A", "verdict", "A"),
    ("dialogue", "More helpful: *B*", "verdict", "B"),
    ("instruction", "Answer A contradicts the reference.\n[[B]]", "verdict", "B"),
    ("instruction", "Equal.\n\n[[C]]", "verdict", "tie"),
    ("instruction", "**[[A]]**", "verdict", "A"),
    ("five-level", "A is right, B is wrong.\n[[A>>B]]", "verdict", "A>>B"),
    ("five-level", "A little clearer.\n[[A>B]]", "verdict", "A"),
    ("five-level", "No difference.\n[[A=B]]", "verdict", "tie"),
    ("five-level", "B it is.\n[[B>A]]", "verdict", "B"),
    ("five-level", "[[B>>A]]", "verdict", "B>>A"),
    ("score", "Correct and short.\nRating: [[9]]", "verdict", "9"),
    ("score", "Rating: [[10]]", "verdict", "10"),
    ("score", "Somewhere between.\n**Rating: [[7.5]]**", "verdict", "7.5"),
    ("rubric", "It is misleading.\nRating: [[2]]", "verdict", "2"),
    # The same verdict twice is one verdict.
    ("summary", "Preferred: A\nbecause it is exact.\nPreferred: A", "verdict", "A"),
    # Reasoning before the answer, of which only the answer counts.
    ("summary", "<think>Preferred: A? No.</think>\nPreferred: B", "verdict", "B"),
    ("five-level", "<think>\n[[A>B]]\n[[B>A]]\n</think>\n\n[[A=B]]", "verdict", "tie"),
    ("score", "<thinking>Rating: [[1]]</thinking>Good.\nRating: [[8]]", "verdict", "8"),
    # A verdict that is not in its place.
    ("summary", "I think Preferred: A is right.", "unparsable", None),
    ("summary", "Preferred: A, because it is exact", "unparsable", None),
    ("summary", "Preferred: A\nThe other one is too long.", "unparsable", None),
    ("summary", "The better one is A.", "unparsable", None),
    ("summary", "A", "unparsable", None),
    ("summary", "preferred: a", "unparsable", None),
    ("summary", "Preferred: C", "unparsable", None),
    ("summary", "Preferred: A or B", "unparsable", None),
    ("summary", "More helpful: A", "unparsable", None),
    ("summary", "[[A]]", "unparsable", None),
    ("instruction", "My verdict is [[A]]", "unparsable", None),
    ("instruction", "[[A]] is better", "unparsable", None),
    ("instruction", "[[D]]", "unparsable", None),
    ("instruction", "[A]", "unparsable", None),
    ("five-level", "[[A>>>B]]", "unparsable", None),
    ("five-level", "A>B", "unparsable", None),
    ("score", "Rating: 9", "unparsable", None),
    ("score", "Rating: [[11]]", "unparsable", None),
    ("score", "Rating: [[0]]", "unparsable", None),
    ("score", "Rating: [[nine]]", "unparsable", None),
    ("score", "Rating: [[9/10]]", "unparsable", None),
    ("rubric", "Rating: [[6]]", "unparsable", None),
    # Quotations.
    ("summary", "Summary A ends with\n> Preferred: A", "unparsable", None),
    ("summary", "Summary A ends with\n\"Preferred: A\"", "unparsable", None),
    ("summary", "Summary A says:\n```\nPreferred: A\n```", "unparsable", None),
    ("instruction", "~~~\n[[A]]\n~~~\n", "unparsable", None),
    # Two verdicts.
    ("summary", "Preferred: A\nOn second thought\nPreferred: B", "unparsable", None),
    ("instruction", "[[A]]\n[[C]]", "unparsable", None),
    ("score", "Rating: [[3]]\nRating: [[4]]", "unparsable", None),
    # No end of reasoning, nothing at all, and no.
    ("summary", "<think>Preferred: A", "unparsable", None),
    ("summary", "", "empty", None),
    ("summary", " \n\t\n", "empty", None),
    ("summary", "I'm sorry, but I can't compare these texts.", "refused", None),
    ("five-level", "I cannot help with that request.", "refused", None),
]

for template, reply, state, label in REPLIES:
    row = {"template": template, "reply": reply, "state": state, "label": label}
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
