"""Reads rows and cuts texts into tokens with the libraries that people use: peer.py rows FILE | tokens FOLDER FILE COLUMN

One JSON line, as `plumb bench rows` and `plumb bench tokens` print: processor seconds of the middle of three turns.
"""

import json
import os
import sys
import time

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"


def rows(path):
    if path.endswith(".parquet"):
        import pyarrow.parquet

        return pyarrow.parquet.read_table(path, use_threads=False).to_pylist()
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def middle(work):
    times = []
    for _ in range(3):
        start = time.process_time()
        found = work()
        times.append(time.process_time() - start)
    return sorted(times)[1], found


def main():
    what, *rest = sys.argv[1:]
    if what == "rows":
        seconds, found = middle(lambda: rows(rest[0]))
        line = dict(what=what, rows=len(found), bytes=os.path.getsize(rest[0]), seconds=seconds)
    else:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(rest[0] + "/tokenizer.json")
        texts = [row[rest[2]] for row in rows(rest[1])]
        seconds, found = middle(lambda: sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for text in texts))
        line = dict(what=what, rows=len(texts), bytes=sum(len(text.encode()) for text in texts), tokens=found, seconds=seconds)
    print(json.dumps(line))


main()
