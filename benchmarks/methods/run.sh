#!/bin/sh
# All methods side by side: `run.sh` in full, or `run.sh quick` with one seed and fewer prompts. Either
# goes on where it was stopped. Further arguments go to `plumb run`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
plumb=${PLUMB:-$here/../../.build/release/plumb}
if [ "${1:-}" = quick ]; then
  shift
  exec "$plumb" run "$here/recipe.yaml" --output "$here/../../runs/methods-quick" \
    --set name=methods-quick --set 'seeds=[0]' --set threads=1 \
    --set stages.base.training.epochs=1 --set stages.sft.training.epochs=2 \
    --set evaluation.prompts=64 --set evaluation.samples=2 --set evaluation.best_of_prompts=16 \
    --set 'evaluation.best_of=[1, 2, 4, 8, 16]' --set evaluation.best_of_pool=16 "$@"
fi
exec "$plumb" run "$here/recipe.yaml" --output "$here/../../runs/methods" --set threads=1 "$@"
