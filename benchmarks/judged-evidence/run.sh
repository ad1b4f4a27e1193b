#!/bin/sh
# Simulates corrected win rates and judging that stops, through the functions that the commands call, and
# holds the results against the thresholds.
#
#   benchmarks/judged-evidence/run.sh [SETS [RUNS [PLUMB]]]     1000 sets a cell, 2000 judgings a share
set -eu
cd "$(dirname "$0")/../.."
plumb=$(realpath "${3:-.build/release/plumb}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$plumb" bench calibration "${1:-1000}" >"$folder/calibration.jsonl"
"$plumb" bench stopping "${2:-2000}" >"$folder/stopping.jsonl"
python3 benchmarks/judged-evidence/table.py "$folder/calibration.jsonl" "$folder/stopping.jsonl"
