#!/usr/bin/env python3
"""Writes the UltraFeedback sample in the two layouts that the hub has it in, as Parquet.

    layouts.py DATA FOLDER      with pyarrow

The sample holds texts and scores; `ultrafeedback_binarized` holds messages, in shards, and the raw set an
instruction and completions with scores.
"""

import gzip
import json
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def main(data, folder):
    os.makedirs(folder, exist_ok=True)
    with gzip.open(f"{data}/ultrafeedback-sample/train.jsonl.gz", "rt", encoding="utf-8", newline="\n") as file:
        rows = [json.loads(line) for line in file if line.strip()]

    def messages(prompt, answer):
        return [{"content": prompt, "role": "user"}, {"content": answer, "role": "assistant"}]

    binarized = [
        {
            "prompt": row["prompt"],
            "prompt_id": str(index),
            "chosen": messages(row["prompt"], row["chosen"]),
            "rejected": messages(row["prompt"], row["rejected"]),
            "messages": messages(row["prompt"], row["chosen"]),
            "score_chosen": row["metadata"]["score_chosen"],
            "score_rejected": row["metadata"]["score_rejected"],
        }
        for index, row in enumerate(rows)
    ]
    half = len(binarized) // 2
    for part, shard in enumerate([binarized[:half], binarized[half:]]):
        path = f"{folder}/train_prefs-{part:05d}-of-00002.parquet"
        pq.write_table(pa.Table.from_pylist(shard), path, row_group_size=100, compression="snappy")
    raw = [
        {
            "source": "sample",
            "instruction": row["prompt"],
            "models": ["a", "b"],
            "completions": [
                {"response": row[side], "overall_score": row["metadata"][f"score_{side}"], "model": name}
                for side, name in [("chosen", "a"), ("rejected", "b")]
            ],
        }
        for row in rows
    ]
    pq.write_table(pa.Table.from_pylist(raw), f"{folder}/raw.parquet", compression="zstd")


if __name__ == "__main__":
    main(*sys.argv[1:])
