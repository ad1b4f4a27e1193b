#!/bin/sh
# Draws from policies whose probabilities are known, again and again, and counts how often the 95 % bands of
# density ratios hold the true ratio: one JSON line a quantity.
#
#   benchmarks/densities/run.sh [REPETITIONS [DRAWS …]]     500 of 128, 256 and 1024 draws a policy
#   PLUMB=…    the engine of Plumb                          (.build/release/plumb-engine)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
plumb=${PLUMB:-$here/../../.build/release/plumb-engine}
repetitions=${1:-500}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- 128 256 1024
for draws; do "$plumb" bench density --repetitions "$repetitions" --draws "$draws"; done
