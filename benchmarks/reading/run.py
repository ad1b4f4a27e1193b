"""Reading and tokenising beside the peers: run.py DATA TOKENIZERS [PLUMB]

DATA is IMDb's train.jsonl.gz, TOKENIZERS a folder of folders with tokenizer.json. Turns are taken (peer, Plumb, peer, …), three
each; the table has medians of processor seconds. The peers are those of requirements.txt, in the Python that runs this.
"""

import gzip
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
TURNS = 3


def line(*command):
    return json.loads(subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    data, tokenizers = map(pathlib.Path, sys.argv[1:3])
    plumb = sys.argv[3] if len(sys.argv) > 3 else here.parents[1] / ".build/release/plumb"
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        lines = work / "reviews.jsonl"
        lines.write_bytes(gzip.decompress(data.read_bytes()))
        import pyarrow
        import pyarrow.parquet

        rows = [json.loads(one) for one in lines.read_text().split("\n") if one]
        table = pyarrow.Table.from_pylist(rows)
        pyarrow.parquet.write_table(table, work / "reviews.parquet", compression="zstd")
        column = max(rows[0], key=lambda key: len(str(rows[0][key])))
        jobs = [("JSON Lines", ["rows", lines]), ("Parquet", ["rows", work / "reviews.parquet"])]
        for folder in sorted(one.parent for one in tokenizers.glob("*/tokenizer.json")):
            jobs.append((f"tokens, {folder.name}", ["tokens", folder, lines, column]))
        print("| what | rows | MB | tokens | peer, MB/s | Plumb, MB/s | speed | spread |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|")
        for title, job in jobs:
            theirs, ours = [], []
            for _ in range(TURNS):
                theirs.append(line(sys.executable, here / "peer.py", *job))
                ours.append(line(plumb, "bench", *job))
            for key in ("rows", "tokens"):
                if theirs[0].get(key) != ours[0].get(key):
                    print(f"{title}: the peer has {theirs[0].get(key)} {key}, Plumb {ours[0].get(key)}", file=sys.stderr)
            size = ours[0]["bytes"] / 1e6
            times = [[one["seconds"] for one in turn] for turn in (theirs, ours)]
            peer, own = map(statistics.median, times)
            spread = max(max(one) / min(one) for one in times)
            tokens = f"{ours[0]['tokens']:,}" if "tokens" in ours[0] else ""
            print(
                f"| {title} | {ours[0]['rows']:,} | {size:.1f} | {tokens} | {size / peer:.1f} | {size / own:.1f} | {peer / own:.2f} × | {spread:.2f} |"
            )


main()
