#!/usr/bin/env python3
"""AlpacaEval's client on a file of prompts: prints seconds and how many answers it returned.

    peer.py ADDRESS PROMPTS.json CONCURRENCY
"""

import json
import logging
import sys
import time

from alpaca_eval.decoders.openai import openai_completions

logging.disable(logging.CRITICAL)


def main(address, path, concurrency):
    with open(path, encoding="utf-8") as file:
        prompts = json.load(file)
    start = time.monotonic()
    answers, reason = [], ""
    try:
        answers = openai_completions(
            prompts, model_name="gpt-4", max_tokens=512, temperature=0, num_procs=int(concurrency),
            # No such file: it then takes address and key from here.
            client_config_path="none.yaml", openai_api_base=address, openai_api_keys=["none"],
            openai_organization_ids=[None])["completions"]
    except Exception as error:  # whatever ends it is the finding
        reason = type(error).__name__
    print(json.dumps({
        "seconds": time.monotonic() - start, "answers": sum(bool(text) for text in answers),
        "ended_by": reason}))


if __name__ == "__main__":
    main(*sys.argv[1:])
