#!/bin/sh
# Simulates every interval, holds the results against the thresholds, and shows on twenty sets that the
# commands print what the simulation counts.
#
#   benchmarks/coverage/run.sh [SETS] [PLUMB]     sets of data a cell (1000); a release build of plumb
set -eu
cd "$(dirname "$0")/../.."
sets=${1:-1000}
plumb=$(realpath "${2:-.build/release/plumb}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$plumb" bench coverage "$sets" >"$folder/cells.jsonl"
"$plumb" bench sets "$folder/sets"
python3 benchmarks/coverage/table.py "$folder/cells.jsonl" || failed=1
for set in "$folder"/sets/set-*; do
  "$plumb" compare "$set" --json >"$set/compare.jsonl"
  "$plumb" leaderboard "$set/judgments.json" --json >"$set/leaderboard.jsonl"
  python3 benchmarks/coverage/same.py "$set" || failed=1
done
"$plumb" bench alike "$folder/alike"
python3 benchmarks/coverage/alike.py "$plumb" "$folder/alike" || failed=1
test -z "${failed:-}" || { echo "run.sh: not every cell holds" >&2; exit 1; }
echo "The commands print the same digits on twenty sets."
