#!/bin/sh
# The judged protocol on the policies of recipe.yaml: `run.sh [OPTION…]`. Another judge is one setting:
#   run.sh --set 'judging.judges=["chat:MODEL@http://localhost:8000/v1"]'
# Published outputs on TL;DR: `run.sh tldr JUDGE [OPTION…]`, where options go to `plumb judge`.
# Either goes on where it was stopped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
plumb=${PLUMB:-$here/../../.build/release/plumb}
runs=${RUNS:-$here/../../runs}
if [ "${1:-}" != tldr ]; then
  exec "$plumb" run "$here/recipe.yaml" --output "$runs/judged-protocol" "$@"
fi
judge=${2:-longer}
shift
[ $# -eq 0 ] || shift
work=$runs/judged-tldr
mkdir -p "$work"
python3 "$here/tldr.py" "$here/../../../shared/data" "$work"
for name in ppo dove; do
  "$plumb" judge "$work/$name.json" "$work/$name-reference.json" --judge "$judge" \
    --template summary --output "$work/$name-by-${judge%%[:@]*}" \
    --report "$work/$name-by-${judge%%[:@]*}.html" "$@"
done
