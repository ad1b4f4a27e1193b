"""How time and memory grow: one quantity after another is doubled, everything else held.

    grow.py WORK [NAME …] [--quick]     PLUMB is the program (.build/release/plumb)

Prints a table of each quantity: its value, seconds of processor time, highest resident MiB, and the slope between
the last two doublings (1 is linear, 2 quadratic). Every point is a process of its own. WORK keeps what is made.
"""

import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

arguments = [argument for argument in sys.argv[1:] if argument != "--quick"]
quick = "--quick" in sys.argv
root = pathlib.Path(__file__).resolve().parents[2]
plumb = os.environ.get("PLUMB", str(root / ".build/release/plumb"))
work = pathlib.Path(arguments[0]) if arguments else sys.exit(__doc__)
wanted = set(arguments[1:])
words = [f"w{number}" for number in range(2000)]


def run(*command):
    """Processor seconds and peak MiB of a command and what it starts."""
    process = subprocess.Popen([plumb, *map(str, command), "--quiet"], cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    complaint = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 7):
        sys.exit(f"grow.py: plumb {' '.join(map(str, command))} ended with {code}: {complaint[-600:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def costs(folder, stage):
    """Seconds and peak MiB of a stage as its run recorded them."""
    for line in (work / folder / "costs.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record["stage"].startswith(stage):
            return record["seconds"], record.get("peak_memory", record.get("peakMemory", 0)) / 2**20
    sys.exit(f"grow.py: no costs of {stage}")


def apart(make):
    """Lets a process of its own make an input: a child that is measured begins with its parent's highest memory."""

    def made(*arguments, **settings):
        child = os.fork()
        if child == 0:
            try:
                make(*arguments, **settings)
            except BaseException as error:
                print(f"grow.py: {error}", file=sys.stderr)
                os._exit(1)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            sys.exit("grow.py: no input")

    return made


def sentence(rng, length):
    return " ".join(rng.choices(words, k=length))


def model(layers=2, positions=256):
    return f"{{layers: {layers}, hidden: 128, heads: 4, positions: {positions}}}"


def base(name, layers=2, positions=256):
    """A recipe's head: a tokenizer of whole words and an initial policy that has hardly learnt."""
    texts = work / "texts.jsonl"
    if not texts.exists():
        rng = random.Random(0)
        texts.write_text("".join(json.dumps({"text": sentence(rng, 40)}) + "\n" for _ in range(400)))
    return f"""name: {name}
threads: 1
data:
  texts: {{files: texts.jsonl}}
  pairs: {{files: {name}.pairs.jsonl}}
stages:
  tokenizer: {{kind: tokenizer, data: texts, vocabulary: 4096}}
  sft:
    kind: language-model
    data: texts
    tokenizer: tokenizer
    model: {model(layers, positions)}
    max_length: 64
    training: {{steps: 2, batch: 8}}
"""


@apart
def pairs(name, count, length, groups=0):
    rng = random.Random(1)
    with open(work / f"{name}.pairs.jsonl", "w") as file:
        for _ in range(count):
            row = {"prompt": sentence(rng, 12)}
            if groups:
                row |= {"completions": [sentence(rng, length) for _ in range(groups)], "scores": [rng.gauss(0, 1) for _ in range(groups)]}
            else:
                row |= {"chosen": sentence(rng, length), "rejected": sentence(rng, length)}
            file.write(json.dumps(row) + "\n")


def trained(name, recipe):
    shutil.rmtree(work / "runs" / name, ignore_errors=True)
    (work / f"{name}.yaml").write_text(recipe)
    run("train", f"{name}.yaml", "-o", f"runs/{name}")
    return costs(f"runs/{name}", "it")


def candidates(k):
    """Seconds of a step over 8 groups of K candidates."""
    name = f"k-{k}"
    pairs(name, 32, 24, groups=k)
    return trained(name, base(name) + f"  it: {{kind: align, objective: exo-rw, policy: sft, data: pairs, candidates: {k}, training: {{steps: 4, batch: 8, held_out: 0}}}}\n")


def length(tokens):
    name = f"length-{tokens}"
    pairs(name, 16, tokens)
    return trained(name, base(name, positions=8192) + f"  it: {{kind: align, objective: dpo-pref, policy: sft, data: pairs, max_length: 8192, training: {{steps: 4, batch: 4, held_out: 0}}}}\n")


def prompts(count):
    name = f"prompts-{count}"
    pairs(name, count, 24)
    return trained(name, base(name) + "  it: {kind: align, objective: dpo-pref, policy: sft, data: pairs, training: {epochs: 1, batch: 16, held_out: 0}}\n")


def layers(count):
    name = f"layers-{count}"
    pairs(name, 64, 24)
    return trained(name, base(name, layers=count) + "  it: {kind: align, objective: dpo-pref, policy: sft, data: pairs, training: {steps: 8, batch: 8, held_out: 0}}\n")


def whole(name, recipe, command="run"):
    shutil.rmtree(work / "runs" / name, ignore_errors=True)
    (work / f"{name}.yaml").write_text(recipe)
    return run(command, f"{name}.yaml", "-o", f"runs/{name}")


EVALUATION = """evaluation:
  reference: sft
  reward: synthetic
  prompts_from: {prompts: texts, prefix_tokens: 8}
  prompts: 16
  samples: 1
  max_tokens: 8
  best_of: []
"""


def seeds(count):
    name = f"seeds-{count}"
    pairs(name, 64, 24)
    recipe = base(name).replace("threads: 1", f"threads: 1\nseeds: {list(range(count))}")
    return whole(name, recipe + "  it: {kind: align, objective: dpo-pref, policy: sft, data: pairs, training: {steps: 2, batch: 8, held_out: 0}}\n" + EVALUATION)


def stages(count):
    """Everything of a run of so many trainings: trained, measured, reported."""
    name = f"stages-{count}"
    pairs(name, 64, 24)
    recipe = base(name) + "".join(
        f"  it-{place}: {{kind: align, objective: dpo-pref, policy: sft, data: pairs, beta: {0.01 * (place + 1):.2f}, training: {{steps: 1, batch: 4, held_out: 0}}}}\n"
        for place in range(count))
    return whole(name, recipe + EVALUATION)


def report(count):
    """The page of the run of so many stages, again from its records; MB/s and MB stand beside it."""
    if not (work / f"runs/stages-{count}/evaluation.json").exists():
        stages(count)
    page = work / f"page-{count}.html"
    seconds, memory = run("report", f"runs/stages-{count}", "-o", page.name)
    size = page.stat().st_size / 1e6
    return seconds, memory, f"{size:.1f} MB, {size / seconds:.1f} MB/s"


def opened(page):
    """Seconds until a browser has loaded a page and written out what it made of it, less those of an empty page."""
    empty = work / "empty.html"
    empty.write_text("<!doctype html><title>empty</title>")

    def seconds(file):
        begin = time.monotonic()
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", file.resolve().as_uri()],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        return time.monotonic() - begin

    return min(seconds(page) for _ in range(3)) - min(seconds(empty) for _ in range(3))


def page(count):
    """The page of a run of so many stages with three seeds each, made from its records and opened in a browser."""
    name = f"seeded-{count}"
    if not (work / f"runs/{name}/evaluation.json").exists():
        pairs(name, 64, 24)
        recipe = base(name).replace("threads: 1", "threads: 1\nseeds: [0, 1, 2]") + "".join(
            f"  it-{place}: {{kind: align, objective: dpo-pref, policy: sft, data: pairs, beta: {0.01 * (place + 1):.2f}, training: {{steps: 1, batch: 4, held_out: 0}}}}\n"
            for place in range(count))
        whole(name, recipe + EVALUATION)
    file = work / f"{name}.html"
    seconds, memory = run("report", f"runs/{name}", "-o", file.name)
    size = file.stat().st_size / 1e6
    return seconds, memory, f"{size:.1f} MB, {size / seconds:.1f} MB/s; {opened(file):.1f} s in the browser"


@apart
def outputs(count):
    rng = random.Random(2)
    for side in "ab":
        rows = [{"instruction": f"prompt {place}", "output": sentence(rng, rng.randint(10, 40)), "generator": side} for place in range(count)]
        (work / f"judged-{count}-{side}.json").write_text(json.dumps(rows))


def judged(count):
    outputs(count)
    shutil.rmtree(work / f"runs/judged-{count}", ignore_errors=True)
    return run("judge", f"judged-{count}-a.json", f"judged-{count}-b.json", "--judge", "longer", "-o", f"runs/judged-{count}")


@apart
def write_annotations(path, count, models):
    rng = random.Random(3)
    path.write_text(json.dumps([
        {"instruction": f"prompt {place}", "generator_1": "base", "generator_2": f"model-{number}", "output_1": sentence(rng, rng.randint(5, 30)),
         "output_2": sentence(rng, rng.randint(5, 30)), "preference": 1 + (rng.random() < 0.3 + 0.4 * number / models), "annotator": "judge"}
        for number in range(models) for place in range(count // models)]))


def annotations(count, models):
    path = work / f"annotations-{count}-{models}.json"
    if not path.exists():
        write_annotations(path, count, models)
    return path


def board(count):
    """A leaderboard of ten models and more: 1,000 prompts each, then more models."""
    path = annotations(count, max(1, count // 1000))
    return run("leaderboard", path.name)


def prompts_of_board(count):
    """A leaderboard of one model on so many prompts."""
    return run("leaderboard", annotations(count, 1).name)


def imported(count):
    return run("judge", "--import", annotations(count, max(1, count // 1000)).name)


def data(count):
    """`plumb data` on so many pairs of 1 kB: reading, duplicates, length bias."""
    name = f"rows-{count}"
    pairs(name, count, 90)
    (work / f"{name}.yaml").write_text(f"name: {name}\ndata:\n  pairs: {{files: {name}.pairs.jsonl}}\nstages: {{}}\n")
    seconds, memory = run("data", f"{name}.yaml")
    size = (work / f"{name}.pairs.jsonl").stat().st_size / 1e6
    return seconds, memory, f"{size:.1f} MB, {size / seconds:.1f} MB/s"


QUANTITIES = {
    "candidates of a group (K)": (candidates, [2, 4, 8, 16, 32, 64]),
    "words of a completion": (length, [32, 64, 128, 256, 512, 1024]),
    "training pairs": (prompts, [64, 128, 256, 512, 1024]),
    "layers": (layers, [1, 2, 4, 8, 16]),
    "seeds of a run": (seeds, [1, 2, 4, 8]),
    "stages of a run": (stages, [1, 8, 64, 500]),
    "stages of a page": (report, [1, 8, 64, 500]),
    "stages of a page, three seeds": (page, [2, 20, 200]),
    "judged pairs": (judged, [100, 1000, 10_000, 100_000]),
    "rows of a leaderboard": (board, [1000, 10_000, 100_000]),
    "prompts of one model": (prompts_of_board, [500, 1000, 2000, 4000]),
    "imported judgments": (imported, [1000, 10_000, 100_000]),
    "rows of plumb data": (data, [1000, 10_000, 100_000]),
}


def main():
    work.mkdir(parents=True, exist_ok=True)
    for title, (measure, sizes) in QUANTITIES.items():
        if wanted and measure.__name__ not in wanted:
            continue
        if quick:
            sizes = sizes[:3]
        print(f"\n| {title} | seconds | MiB | slope |  |\n|--:|--:|--:|--:|---|", flush=True)
        before = None
        for size in sizes:
            seconds, memory, *note = measure(size)
            slope = ""
            if before and seconds > 0:
                slope = f"{math.log(seconds / before[1]) / math.log(size / before[0]):.2f}"
            print(f"| {size:,} | {seconds:.2f} | {memory:,.0f} | {slope} | {' '.join(note)} |", flush=True)
            before = (size, seconds)


main()
