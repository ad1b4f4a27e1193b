#!/bin/sh
# Judges N comparisons (10,000) in both orders against a server that fails in every way at once; then
# against one that is slow, killed twenty times on the way; then 5 N against one whose replies
# overtake each other.
#
#   benchmarks/judging-http/run.sh [N]
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/faults" "$work/kills" "$work/order"
python3 benchmarks/judging-http/measure.py .build/release/plumb "$work/faults" "${1:-10000}"
python3 benchmarks/judging-http/kills.py .build/release/plumb "$work/kills" "${1:-10000}"
python3 benchmarks/judging-http/order.py .build/release/plumb "$work/order" $((${1:-10000} * 5))
