"""Whether the commands printed, for one set, the very digits that the simulation counts."""
import json
import sys

place = sys.argv[1]


def lines(name):
    return [json.loads(line) for line in open(f"{place}/{name}")]


keys = ("value", "low", "high", "count", "clusters")
pairs = []
contrast = next(l for l in lines("compare.jsonl") if l["kind"] == "contrast" and l["of"] in ("methods", "checkpoints"))
difference, wins = lines("expected-compare")
pairs += [("difference", contrast["difference"], difference), ("wins", contrast["win_rate"], wins)]
board = lines("leaderboard.jsonl")[0]
rate = board["win_rate"]
pairs.append(("leaderboard", rate, lines("expected-leaderboard")[0]))
bad = [what for what, got, right in pairs if any(got[key] != right[key] for key in keys)]
if bad:
    print(f"{place}: {', '.join(bad)} differ from what was expected")
sys.exit(1 if bad else 0)
