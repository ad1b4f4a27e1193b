#!/bin/sh
# The methods at equal terms. Every command goes on where it was stopped; trainings are made side by side, one
# thread each (JOBS, all cores).
#
#   run.sh           in full, in runs/equal-terms
#   run.sh quick     three trials, two seeds and fewer prompts, in runs/equal-terms-quick
#   run.sh width     EXO-rw and DPO-rw over K and over the policy's width, from the policies of the full run
#   run.sh instruct  three objectives on SmolLM2-135M-Instruct, by the oracle of the full run; PYTHON (python3) makes
#                  the model's folder, as ../real-model/run.sh says
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
plumb=${PLUMB:-$PWD/.build/release/plumb}
jobs=${JOBS:-$(nproc)}
what=${1:-full}
mkdir -p runs

# Makes a recipe's trainings side by side, then measures: recipe, name of its run, further arguments.
make_run() {
  recipe=$1 name=$2
  shift 2
  "$plumb" plan "$recipe" -o "runs/$name" --set threads=1 "$@" --format make >"runs/$name.mk"
  PLUMB=$plumb make -k "-j$jobs" -f "runs/$name.mk"
}

# A recipe beside the runs, with what `sed` makes of it.
changed() {
  recipe=$1 name=$2
  shift 2
  sed -e "s|\"../../../shared|\"$here/../../../shared|g" -e "s|\.\./\.\./runs/|./|g" \
    -e "s/^name: .*/name: $name/" "$@" "$here/$recipe" >"runs/$name.yaml"
}

case $what in
full) make_run benchmarks/equal-terms/recipe.yaml equal-terms ;;
quick)
  # The number of trials stands in one place of the recipe, which no option reaches.
  changed recipe.yaml equal-terms-quick -e 's/trials: &trials 8/trials: \&trials 3/'
  make_run runs/equal-terms-quick.yaml equal-terms-quick --set 'seeds=[0, 1]' \
    --set stages.base.training.epochs=1 --set stages.sft.training.epochs=1 \
    --set stages.oracle.training.epochs=3 --set stages.judge.training.epochs=5 \
    --set evaluation.prompts=64 --set evaluation.samples=2 --set evaluation.best_of_prompts=32 \
    --set evaluation.selection.limit=48 --set 'evaluation.selection.seeds=[10]'
  ;;
width)
  make_run benchmarks/equal-terms/width.yaml equal-terms-wide
  make_run benchmarks/equal-terms/narrow.yaml equal-terms-narrow-policy
  changed width.yaml equal-terms-narrow -e 's|\./equal-terms/sft|./equal-terms-narrow-policy/sft|'
  make_run runs/equal-terms-narrow.yaml equal-terms-narrow
  ;;
instruct)
  python=${PYTHON:-python3}
  [ -e runs/model/model.safetensors ] || "$python" "$here/../real-model/model.py" runs/model
  "$python" "$here/prompts.py" "$here/../../../shared/data/rt-polarity" runs/instruct-prompts
  make_run benchmarks/equal-terms/instruct.yaml equal-terms-instruct
  ;;
*)
  echo "run.sh: $what: full, quick, width or instruct" >&2
  exit 2
  ;;
esac
