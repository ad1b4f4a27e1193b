#!/bin/sh
# Changes recipes, rows, replies, imports, records and model folders at random, gives each mutant to
# the program, and looks for what must not happen whatever the input.
#
#   benchmarks/mutants/run.sh [N [SEED]]     N mutants (5000), the same for one seed (1)
#
# PLUMB: the program (.build/release/plumb). What went wrong is kept in the folder that is named.
set -eu
cd "$(dirname "$0")"
plumb=${PLUMB:-$(cd ../.. && pwd)/.build/release/plumb}
[ -x "$plumb" ] || { echo "run.sh: $plumb is missing; make build makes it" >&2; exit 2; }
exec python3 mutants.py "$plumb" "${1:-5000}" "${2:-1}"
