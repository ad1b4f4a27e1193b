#!/bin/sh
# Kills one of two ranks at a random moment, again and again, and lets the command go on.
#
#   benchmarks/ranks/kills.sh [N]     N kills, of each rank in turn (20)
set -eu
cd "$(dirname "$0")/../.."
kills=${1:-20}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# Built as `make test` builds: a `swift test` that builds for itself would compile everything anew.
set -- -c release -Xswiftc -enable-testing --manifest-cache local
swift build "$@" --build-tests >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
PLUMB_RANK_KILLS=$kills swift test "$@" --skip-build \
  --disable-xctest --filter 'EndToEnd.*RanksTortureTests' >"$log" 2>&1 || status=$?
grep '^ranks:' "$log" || true
if [ "$status" -ne 0 ]; then
  grep -E 'error:|recorded an issue' "$log" >&2 || tail -n 20 "$log" >&2
  echo "kills.sh: not every run came back as it should" >&2
fi
exit "$status"
