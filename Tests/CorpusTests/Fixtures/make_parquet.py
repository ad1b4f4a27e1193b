#!/usr/bin/env python3
"""Makes the files of `parquet/`: python3 make_parquet.py, with pyarrow (26.0).

`types-*.parquet` hold the rows of `types.jsonl`, which Python's own reading of them gives; the others
are what a reader must refuse, by name, without filling a memory.
"""

import datetime
import decimal
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parquet")

MOMENT = datetime.datetime(2020, 1, 2, 3, 4, 5, 600000)

TYPES = {
    "text": pa.array(['a"\\\n\x01é', "", None]),
    "large": pa.array(["x", "\u2028", "z"], pa.large_string()),
    "whole": pa.array([1, -(2**63), None], pa.int64()),
    "small": pa.array([-1, 2, 3], pa.int8()),
    "natural": pa.array([2**63 - 1, 0, 1], pa.uint64()),
    "double": pa.array([0.1, 5.0, None], pa.float64()),
    "single": pa.array([0.5, 5.0, 1e20], pa.float32()),
    "half": pa.array([1.5, 2, 3], pa.float16()),
    "truth": pa.array([True, False, None]),
    "coded": pa.array(["p", "q", "p"]).dictionary_encode(),
    "list": pa.array([["a", "b"], [], None]),
    "messages": pa.array(
        [
            [{"role": "user", "content": "hi"}, {"role": "assistant", "content": None}],
            [],
            None,
        ]
    ),
    "map": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int64())),
    "moment": pa.array([MOMENT] * 3, pa.timestamp("us")),
    "zoned": pa.array([MOMENT] * 3, pa.timestamp("ms", "UTC")),
    "date": pa.array([MOMENT.date()] * 3),
    "decimal": pa.array([decimal.Decimal("1.50")] * 3),
    "nothing": pa.nulls(3),
}


def plain(value):
    """A value as JSON has it."""
    if isinstance(value, datetime.datetime):
        if value.tzinfo:
            return value.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        return value.isoformat(timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError(type(value))


def write(name, columns, **options):
    path = os.path.join(HERE, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    pq.write_table(pa.table(columns), path, **options)


def main():
    for codec in ["zstd", "snappy", "gzip", "lz4", "brotli", "none"]:
        write(f"types-{codec}.parquet", TYPES, compression=codec, row_group_size=2)
    table = pq.read_table(os.path.join(HERE, "types-zstd.parquet"))
    with open(os.path.join(HERE, "types.jsonl"), "w", encoding="utf-8") as file:
        for row in table.to_pylist(maps_as_pydicts="strict"):
            file.write(json.dumps(row, default=plain, ensure_ascii=False) + "\n")
    write("binary.parquet", {"text": ["a"], "label": [1], "raw": pa.array([b"\xff"])})
    write("text-as-binary.parquet", {"text": pa.array([b"a"])})
    write("not-a-number.parquet", {"text": ["a", "b", "c"], "margin": [1.0, float("nan"), float("inf")]})
    broken = pa.array([b"ok", b"\xff\xfe"]).view(pa.string())
    write("not-utf8.parquet", {"id": ["1", "2"], "text": broken})
    twice = pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    pq.write_table(twice, os.path.join(HERE, "twice.parquet"))
    # 600 MB of rows in some kilobytes.
    value = pa.DictionaryArray.from_arrays(
        pa.array([0] * 600_000, pa.int32()), pa.array(["a" * 1000])
    )
    write("many-rows.parquet", {"text": value.cast(pa.string())}, compression="zstd")
    # One row that is a list of hundreds of millions.
    count = 300_000_000
    nested = pa.ListArray.from_arrays(pa.array([0, count], pa.int32()), pa.nulls(count, pa.int8()))
    write("long-row.parquet", {"text": nested}, compression="zstd")
    pair = {
        "prompt": ["p", "q", "r"],
        "chosen": ["better", "", "best"],
        "rejected": ["worse", "bad", "worst"],
        "score_chosen": [2.0, 3.0, 4.0],
        "score_rejected": [1.0, 1.0, 1.0],
        "embedding": pa.array([b"\x00", b"\x01", b"\x02"]),
    }
    write("pairs.parquet", pair)
    for part in range(2):
        write(f"sets/data/train-{part:05d}-of-00002.parquet", {"text": [f"t{part}a", f"t{part}b"]})
    write("sets/data/test-00000-of-00001.parquet", {"text": ["held out"]})


if __name__ == "__main__":
    main()
