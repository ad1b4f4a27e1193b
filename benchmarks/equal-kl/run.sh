#!/bin/sh
# Simulates methods whose KL and reward are known, chooses among their settings and checkpoints, and
# counts how often what is printed holds.
#
#   benchmarks/equal-kl/run.sh [SETS [PROMPTS]] [PLUMB]     1000 sets of 512 prompts; a release build
set -eu
cd "$(dirname "$0")/../.."
plumb=$(realpath "${3:-.build/release/plumb}")
cells=$(mktemp)
trap 'rm -f "$cells"' EXIT
"$plumb" bench equal-kl "${1:-1000}" "${2:-512}" >"$cells"
python3 benchmarks/equal-kl/table.py "$cells"
