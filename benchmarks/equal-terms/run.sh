#!/bin/sh
# The methods at equal terms: `run.sh` in full, or `run.sh quick` with three trials, two seeds and fewer
# prompts. Either goes on where it was stopped. Further arguments go to `plumb run`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
runs=$here/../../runs
plumb=${PLUMB:-$here/../../.build/release/plumb}
if [ "${1:-}" = quick ]; then
  shift
  mkdir -p "$runs"
  # The number of trials stands in one place of the recipe, which no option reaches.
  sed -e 's/trials: &trials 8/trials: \&trials 3/' -e "s|\"../../../shared|\"$here/../../../shared|g" \
    "$here/recipe.yaml" >"$runs/equal-terms-quick.yaml"
  exec "$plumb" run "$runs/equal-terms-quick.yaml" --output "$runs/equal-terms-quick" \
    --set name=equal-terms-quick --set 'seeds=[0, 1]' \
    --set stages.base.training.epochs=1 --set stages.sft.training.epochs=1 \
    --set stages.oracle.training.epochs=3 --set stages.judge.training.epochs=5 \
    --set evaluation.prompts=64 --set evaluation.samples=2 --set evaluation.best_of_prompts=32 \
    --set evaluation.selection.limit=48 --set 'evaluation.selection.seeds=[10]' "$@"
fi
exec "$plumb" run "$here/recipe.yaml" --output "$runs/equal-terms" "$@"
