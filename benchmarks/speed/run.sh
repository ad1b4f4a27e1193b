#!/bin/sh
# Runs the peer and Plumb in turns on the same model, pairs, precision and threads, so that a
# machine that gets slower or faster meanwhile touches both alike.
#
#   benchmarks/speed/run.sh [FOLDER]     FOLDER holds model, pairs and results (.build/speed-benchmark)
#
#   PYTHON=…   the interpreter with requirements.txt installed    (python3)
#   PLUMB=…    the engine of Plumb                                (.build/release/plumb-engine)
#   ROUNDS=3   turns;  STEPS=64  optimiser steps of dpo;  DTYPES="float32 bfloat16"
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../.build/speed-benchmark}
python=${PYTHON:-python3}
plumb=${PLUMB:-$here/../../.build/release/plumb-engine}
rounds=${ROUNDS:-3}
steps=${STEPS:-64}
export OMP_NUM_THREADS=2 MKL_NUM_THREADS=2

[ -x "$plumb" ] || { echo "run.sh: no $plumb: run make build, or set PLUMB" >&2; exit 1; }
"$python" -c 'import trl' 2>/dev/null ||
  { echo "run.sh: $python has no trl: install $here/requirements.txt, or set PYTHON" >&2; exit 1; }

mkdir -p "$folder"
[ -e "$folder/pairs.jsonl" ] || "$python" "$here/peer.py" prepare "$folder"
results=$folder/results.jsonl
: >"$results"

peer() { "$python" "$here/peer.py" "$@" 2>>"$folder/peer.log" | tee -a "$results"; }
ours() {
  what=$1
  shift
  "$plumb" bench "$what" --model "$folder/model" --data "$folder/pairs.jsonl" "$@" |
    tee -a "$results"
}

round=1
while [ "$round" -le "$rounds" ]; do
  for dtype in ${DTYPES:-float32 bfloat16}; do
    peer matmul --dtype "$dtype"
    ours matmul --dtype "$dtype"
    # The peer twice: as TRL ships (recomputing activations), and at its fastest.
    peer dpo "$folder" --dtype "$dtype" --steps "$steps" --checkpointing
    peer dpo "$folder" --dtype "$dtype" --steps "$steps"
    ours dpo --dtype "$dtype"
    peer generate "$folder" --dtype "$dtype" --samples 1
    peer generate "$folder" --dtype "$dtype" --samples 4
    ours sample --dtype "$dtype"
  done
  round=$((round + 1))
done
"$python" "$here/summarise.py" "$results"
