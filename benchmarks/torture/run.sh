#!/bin/sh
# Kills training, sampling and evaluation at random moments, lets each run go on, and compares what
# it leaves with what a run leaves that nothing disturbed.
#
#   benchmarks/torture/run.sh [N]     N kills in training, in sampling and evaluation, and in a recipe
#                                     with every kind of stage and a judge behind HTTP (20)
set -eu
cd "$(dirname "$0")/../.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# Built as `make test` builds: a `swift test` that builds for itself would compile everything anew.
set -- "${1:-20}" -c release -Xswiftc -enable-testing --manifest-cache local
kills=$1
shift
swift build "$@" --build-tests >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
PLUMB_TORTURE=$kills swift test "$@" --skip-build \
  --disable-xctest --filter 'EndToEnd.*TortureTests' >"$log" 2>&1 || status=$?
grep '^torture:' "$log" || true
if [ "$status" -ne 0 ]; then
  grep -E 'error:|recorded an issue' "$log" >&2 || tail -n 20 "$log" >&2
  echo "run.sh: not every run came back as it should" >&2
fi
exit "$status"
