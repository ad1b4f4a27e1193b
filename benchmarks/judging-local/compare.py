"""What two judgings of the same files say otherwise.

Usage: compare.py FOLDER FOLDER; ends with 1 where a state, a reply or a label differs."""
import json
import sys


def leaves(judgment):
    parts = judgment.get("parts")
    return sum((leaves(part) for part in parts), []) if parts else [judgment]


first, second = [[json.loads(line) for line in open(f"{folder}/judgments.jsonl")]
                 for folder in sys.argv[1:3]]
assert [row["id"] for row in first] == [row["id"] for row in second]
pairs = [pair for one, two in zip(first, second)
         for pair in zip(leaves(one["judgment"]), leaves(two["judgment"]))]
verdicts = [(one["verdict"], two["verdict"]) for one, two in pairs
            if "verdict" in one and "verdict" in two]


def largest(key):
    return max((abs(one[key] - two[key]) for one, two in verdicts if one.get(key) is not None),
               default=0)


found = {
    "comparisons": len(first), "answers": len(pairs), "verdicts": len(verdicts),
    "same state": sum(one["state"] == two["state"] for one, two in pairs),
    "same reply": sum(one.get("reply", "") == two.get("reply", "") for one, two in pairs),
    "same label": sum(one["label"] == two["label"] for one, two in verdicts),
    "largest difference of a preference": largest("preference"),
    "largest difference of a label mass": largest("mass"),
}
print(json.dumps(found, indent=2))
sys.exit(found["same state"] != len(pairs) or found["same reply"] != len(pairs)
         or found["same label"] != len(verdicts))
