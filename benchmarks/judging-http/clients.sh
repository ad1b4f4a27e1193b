#!/bin/sh
# Holds Plumb's client and AlpacaEval's against one server: answers in a second, and what is lost.
#
#   benchmarks/judging-http/clients.sh [N]
set -eu
cd "$(dirname "$0")/../.."
tools=${PEER:-.build/alpaca-eval}
if [ ! -x "$tools/bin/python" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet -r benchmarks/judging-http/requirements.txt
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 benchmarks/judging-http/clients.py .build/release/plumb "$tools/bin/python" "$work" "${1:-1000}"
