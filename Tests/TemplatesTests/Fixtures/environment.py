"""What Jinja 3.1 makes of a template in the environment of transformers 5.23.

Needs `pip install jinja2 transformers`. The date is fixed.
"""

import datetime

import transformers.utils.chat_template_utils as chat_template_utils


class FixedDate(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 3, 7, 9, 5, 3, 42)


chat_template_utils.datetime = FixedDate


def render(source, variables):
    """The text and the spans of generated text in characters, or None for a template that fails."""
    try:
        template = chat_template_utils._compile_jinja_template(source)
        text = template.render(**variables)
        text.encode("utf-8")
        spans = []
        if "generation" in source:
            blocks = []
            with template.environment.activate_tracker(blocks, spans):
                for block in template.generate(**variables):
                    blocks.append(block)
        return {"text": text, "spans": [list(span) for span in spans]}
    except Exception:
        return None
