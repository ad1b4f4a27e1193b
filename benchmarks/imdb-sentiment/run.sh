#!/bin/sh
# The IMDb benchmark: `run.sh` in full, or `run.sh quick` with one seed and fewer prompts. Either
# goes on where it was stopped. Further arguments go to `plumb run`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
plumb=${PLUMB:-$here/../../.build/release/plumb}
if [ "${1:-}" = quick ]; then
  shift
  exec "$plumb" run "$here/recipe.yaml" --output "$here/../../runs/imdb-quick" \
    --set name=imdb-quick --set 'seeds=[0]' \
    --set stages.sft.training.epochs=1 --set stages.candidates.limit=192 \
    --set stages.dpo-pref.training.checkpoints=1 --set stages.exo-pref.training.checkpoints=1 \
    --set stages.dpo-rw-4.training.checkpoints=1 --set stages.dpo-rw-8.training.checkpoints=1 \
    --set stages.exo-rw-4.training.checkpoints=1 --set stages.exo-rw-8.training.checkpoints=1 \
    --set stages.best-of-8.training.checkpoints=1 \
    --set stages.dpo-pref-strong.training.checkpoints=1 \
    --set stages.exo-pref-strong.training.checkpoints=1 \
    --set stages.dpo-rw-4-strong.training.checkpoints=1 \
    --set stages.exo-rw-4-strong.training.checkpoints=1 \
    --set evaluation.prompts=128 --set evaluation.best_of_prompts=32 \
    --set 'evaluation.best_of=[1, 2, 4, 8, 16]' --set evaluation.best_of_pool=16 \
    --set evaluation.density_prompts=2 --set evaluation.density_samples=128 "$@"
fi
exec "$plumb" run "$here/recipe.yaml" --output "$here/../../runs/imdb" "$@"
