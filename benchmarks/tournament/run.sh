#!/bin/sh
# Simulates tournaments of chosen opponents and other designs, through the rule that `plumb judge` of three
# systems and more follows, and prints the table.
#
#   benchmarks/tournament/run.sh [SETS [PLUMB]]     500 tournaments a cell
set -eu
cd "$(dirname "$0")/../.."
plumb=$(realpath "${2:-.build/release/plumb}")
"$plumb" bench tournament "${1:-500}" | python3 benchmarks/tournament/table.py
