"""What a run of recipe.yaml says to claims of the papers: claims.py RUN

Each claim is that one method's reward is higher than another's, at some KL cap. All claims and caps are one
family of tests (Holm). A claim is confirmed or contradicted where a cap tells the two apart, and otherwise not
resolved; what could have been seen is the difference that four of five such studies would have told.
"""

import json
import pathlib
import sys

CLAIMS = [
    ("exo-pref", "dpo-pref", "EXO (Ji et al. 2024)"),
    ("exo-rw", "dpo-rw", "EXO"),
    ("exo-rw", "ppo", "EXO"),
    ("exo-rw", "exo-pref", "EXO: labels of a reward model above preferences"),
    ("lire", "dpo-pref", "LIRE (2023)"),
    ("lire", "ppo", "LIRE"),
    ("lire", "best-of-8", "LIRE, asked by reviewers"),
    ("irl", "sft-positive", "IRL (2024)"),
    ("irl", "spin", "IRL"),
    ("spin", "sft-positive", "SPIN (Chen et al. 2024)"),
    ("inpo", "sppo", "INPO (Zhang et al. 2024)"),
    ("inpo", "dpo-pref", "INPO, against offline methods"),
    ("inpo", "online-dpo", "INPO, against iterative DPO"),
    ("sail-dp", "dpo-pref", "SAIL (2024)"),
    ("sail-pp", "dpo-pref", "SAIL"),
    ("sail-pr", "dpo-pref", "SAIL"),
    ("sail-pr", "online-dpo", "SAIL, at as many oracle calls"),
    ("online-dpo", "dpo-pref", "online above offline (Guo et al. 2024)"),
    ("dpo-pref", "ppo", "DPO (Rafailov et al. 2023)"),
    ("rloo", "ppo", "RLOO (Ahmadian et al. 2024)"),
]
# Of a normal difference: 1.96 deviations are half of an interval, and 2.80 are told in four studies of five.
TOLD = 2.80 / 1.96


def number(value):
    return f"{value:.2f}".replace("-", "−")


def main():
    if len(sys.argv) != 2:
        sys.exit("claims.py RUN: a run of recipe.yaml")
    path = pathlib.Path(sys.argv[1]) / "evaluation.json"
    record = json.loads(path.read_text())
    # Runs of earlier versions have keys in camelCase.
    record = record.get("equal_terms") or record["equalTerms"]
    reached = {method["name"] for method in record["methods"]}
    contrasts = {}
    for one in record["contrasts"]:
        contrasts[one["first"], one["second"], one["cap"]] = (one, 1)
        contrasts[one["second"], one["first"], one["cap"]] = (one, -1)
    rows = []
    for first, second, source in CLAIMS:
        for name in (first, second):
            if name not in reached:
                sys.exit(f"claims.py: {path} has no method {name}")
        for (a, b, cap), (one, sign) in sorted(contrasts.items(), key=lambda item: item[0][2]):
            if (a, b) != (first, second) or one["difference"].get("low") is None:
                continue
            value, low, high = (one["difference"][key] for key in ("value", "low", "high"))
            if sign < 0:
                value, low, high = -value, -high, -low
            rows.append(dict(claim=(first, second, source), cap=cap, value=value, low=low, high=high, p=one.get("p_value", one.get("pValue"))))
    corrected, worst = {}, 0.0
    for place, row in enumerate(sorted(rows, key=lambda row: row["p"])):
        worst = max(worst, min(1.0, row["p"] * (len(rows) - place)))
        row["holm"] = worst
    print("| claim | from | verdict | difference at each cap it can be had at: nats, difference [interval], could have been seen |")
    print("|---|---|---|---|")
    counts = {}
    for first, second, source in CLAIMS:
        mine = [row for row in rows if row["claim"] == (first, second, source)]
        told = [row for row in mine if row["holm"] < 0.05]
        signs = {row["value"] > 0 for row in told}
        verdict = (
            "cannot be had: the two share no cap" if not mine
            else "not resolved" if not told
            else "confirmed" if signs == {True}
            else "contradicted" if signs == {False}
            else "confirmed at one cap, contradicted at another"
        )
        counts[verdict] = counts.get(verdict, 0) + 1
        cells = []
        for row in mine:
            mark = "**" if row["holm"] < 0.05 else ""
            # An interval is cut at 0 where Holm does not tell the two apart: its longer side is whole.
            seen = max(row["high"] - row["value"], row["value"] - row["low"]) * TOLD
            cells.append(
                f"{row['cap']:g}: {mark}{number(row['value'])}{mark} [{number(row['low'])}, {number(row['high'])}], {number(seen)}"
            )
        print(f"| `{first}` above `{second}` | {source} | {verdict} | {'; '.join(cells)} |")
    print()
    print("; ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))


main()
