#!/bin/sh
# Judges N comparisons (10,000) in both orders against a server that fails in every way at once.
#
#   benchmarks/judging-http/run.sh [N]
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 benchmarks/judging-http/measure.py .build/release/plumb "$work" "${1:-10000}"
