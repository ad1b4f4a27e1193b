"""Length-matched wins of a run of recipe.yaml: lengths.py RUN

SPIN and IRL learn from demonstrations, as the control of equal steps does, and so from their lengths. At each cap that two methods
share, completions of one opening and one seed are compared where they differ by at most one token; a completion
with the higher reward wins, and mixtures weigh their parts. Intervals are of seeds and openings: a jackknife
over each, their variances added (which counts the noise of single completions twice, so they are wide), Satterthwaite's degrees
of freedom, and Bonferroni over all rows and both judges. Standard library alone.
"""

import glob
import json
import math
import pathlib
import sys

PAIRS = [("irl", "sft-positive"), ("spin", "sft-positive"), ("irl", "spin")]
REWARDS = [("reward", "oracle"), ("held_out_reward", "held-out judge")]
NEAR = 1


def student(freedom, tail):
    """The value that Student's t with so many degrees of freedom exceeds with this probability."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)

    def above(value, steps=400):
        # The density from 0 to value, by Simpson's rule.
        width = value / steps
        density = [(1 + (at * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for at in range(steps + 1)]
        inner = density[0] + density[-1] + 4 * sum(density[1:-1:2]) + 2 * sum(density[2:-1:2])
        return 0.5 - scale * inner * width / 3

    low, high = 0.0, 200.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle) > tail else (low, middle)
    return high


def get(record, name):
    """A value by its snake_case name; runs of earlier versions have keys in camelCase."""
    words = name.split("_")
    return record.get(name, record.get(words[0] + "".join(word.capitalize() for word in words[1:])))


class Run:
    """Completions of a run by policy: of each opening (tokens, reward, held-out reward)."""

    def __init__(self, folder):
        self.folder = folder
        self.known = {}

    def samples(self, group, seed, step):
        # The reference has one folder, by its name; others have one for each seed and checkpoint.
        name = "_" + group.replace("=", "_") + f"_seed-{seed}_step-{step}-" if step else group
        if name not in self.known:
            pattern = glob.escape(str(self.folder / "evaluation" / name)) + ("????????" if step else "")
            found = glob.glob(pattern)
            if len(found) != 1:
                sys.exit(f"lengths.py: {self.folder}/evaluation: {len(found)} folders of {name}")
            of = {}
            with open(pathlib.Path(found[0]) / "samples.jsonl") as lines:
                for line in lines:
                    for prompt in json.loads(line)["prompts"]:
                        of[prompt["prompt"]] = [
                            (len(one["tokens"]), one["reward"], get(one, "held_out_reward"))
                            for one in prompt["samples"]
                        ]
            self.known[name] = of
        return self.known[name]


def compared(run, first, second, seeds, place, near):
    """Wins and weight of comparisons, and tokens more, each {seed: {opening: …}}."""
    table = {}
    for seed in seeds:
        row = table[seed] = {}
        for a in first:
            for b in second:
                ours = run.samples(a["group"], seed, a.get("step"))
                theirs = run.samples(b["group"], seed, b.get("step"))
                weight = a["weight"] * b["weight"]
                for opening, mine in ours.items():
                    wins, weights = row.get(opening, (0.0, 0.0))
                    for x in mine:
                        for y in theirs[opening]:
                            if near is None or abs(x[0] - y[0]) <= near:
                                won = 1.0 if x[place] > y[place] else 0.5 if x[place] == y[place] else 0.0
                                wins += weight * won
                                weights += weight
                    row[opening] = (wins, weights)
    return table


def interval(table, family):
    """A share with its interval, which holds for a family of so many together (Bonferroni)."""
    seeds, openings = list(table), list(next(iter(table.values())))
    total = [sum(table[s][o][k] for s in seeds for o in openings) for k in (0, 1)]
    value = total[0] / total[1]

    def jackknife(parts):
        left = [(total[0] - wins) / (total[1] - weights) for wins, weights in parts]
        mean = sum(left) / len(left)
        return (len(left) - 1) / len(left) * sum((one - mean) ** 2 for one in left)

    of_seeds = jackknife([[sum(table[s][o][k] for o in openings) for k in (0, 1)] for s in seeds])
    of_openings = jackknife([[sum(table[s][o][k] for s in seeds) for k in (0, 1)] for o in openings])
    variance = of_seeds + of_openings
    freedom = variance**2 / (of_seeds**2 / (len(seeds) - 1) + of_openings**2 / (len(openings) - 1))
    quantile = student(freedom, 0.025 / family)
    return value, value - quantile * math.sqrt(variance), value + quantile * math.sqrt(variance)


def mean_length(run, parts, seeds):
    total = count = 0.0
    for seed in seeds:
        for part in parts:
            for mine in run.samples(part["group"], seed, part.get("step")).values():
                total += part["weight"] * sum(one[0] for one in mine)
                count += part["weight"] * len(mine)
    return total / count


def main():
    if len(sys.argv) != 2:
        sys.exit("lengths.py RUN: a run of recipe.yaml")
    folder = pathlib.Path(sys.argv[1])
    record = json.loads((folder / "evaluation.json").read_text())
    terms = get(record, "equal_terms")
    run, seeds = Run(folder), terms["seeds"]
    parts = {
        (method["name"], reading["at"]): reading["parts"]
        for method in terms["methods"]
        for reading in method["readings"]
        if reading["question"] == "kl" and reading.get("parts")
    }
    rows = [
        (first, second, cap)
        for first, second in PAIRS
        for cap in sorted(at for name, at in parts if name == first)
        if (second, cap) in parts
    ]
    judges = " | ".join(f"{judge}, all lengths | {judge}, equal lengths" for _, judge in REWARDS)
    print(f"| pair | KL at most | tokens | pairs of equal length | {judges} |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for first, second, cap in rows:
        ours, theirs = parts[first, cap], parts[second, cap]
        lengths = [mean_length(run, one, seeds) for one in (ours, theirs)]
        cells, share = [], 0.0
        for place in range(1, len(REWARDS) + 1):
            tables = [compared(run, ours, theirs, seeds, place, near) for near in (None, NEAR)]
            whole, near = (sum(cell[1] for row in one.values() for cell in row.values()) for one in tables)
            share = near / whole
            for table in tables:
                value, low, high = (100 * one for one in interval(table, len(rows) * len(REWARDS)))
                cells.append(f"{value:.1f} [{low:.1f}, {high:.1f}]")
        print(f"| `{first}` over `{second}` | {cap:g} | {lengths[0]:.1f}, {lengths[1]:.1f} | {100 * share:.0f} % | {' | '.join(cells)} |")


main()
