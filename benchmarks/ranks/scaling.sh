#!/bin/bash
# Times the same training on one rank and on two, turn by turn, each rank with one thread.
#
#   benchmarks/ranks/scaling.sh [TURNS] [PLUMB] [--set KEY=VALUE]     (5, the release build)
set -eu
cd "$(dirname "$0")/../.."
turns=${1:-5}
plumb=$(realpath "${2:-.build/release/plumb}")
settings=("${@:3}")
recipe=$PWD/benchmarks/ranks/recipe.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT='%U %S'

# Seconds of the training by the clock, of processor time of the busiest rank, and the largest resident set.
measure() {
  local count=$1 place=$work/$1 ranks=()
  rm -rf "$place" && mkdir "$place"
  export WORLD_SIZE=$count LOCAL_WORLD_SIZE=$count MASTER_ADDR=127.0.0.1 OMP_NUM_THREADS=1
  export MASTER_PORT=$((20000 + RANDOM))
  for ((rank = 0; rank < count; rank++)); do
    {
      time RANK=$rank "$plumb" train "$recipe" -o "$place/run" "${settings[@]}" >"$place/out.$rank" 2>&1
    } 2>"$place/time.$rank" &
    ranks+=($!)
  done
  wait "${ranks[@]}"
  local clock memory busiest
  clock=$(grep '"language-model"' "$place/run/costs.jsonl" | sed 's/.*"seconds":\([0-9.]*\).*/\1/')
  memory=$(grep '"language-model"' "$place/run/costs.jsonl" | sed 's/.*"tensor_memory":\([0-9]*\).*/\1/')
  busiest=$(awk '{ own = $1 + $2; if (own > most) most = own } END { print most }' "$place"/time.*)
  echo "$clock $busiest $memory"
}

for ((turn = 1; turn <= turns; turn++)); do
  read -r clock1 processor1 memory1 <<<"$(measure 1)"
  read -r clock2 processor2 memory2 <<<"$(measure 2)"
  echo "$clock1 $clock2 $processor1 $processor2 $memory1 $memory2"
done | tee "$work/turns" | awk '{ printf "turn %d: clock %.1f and %.1f s, %.2f times; processor %.1f and %.1f s, %.2f times; tensors %.0f and %.0f MB\n",
  NR, $1, $2, $1 / $2, $3, $4, $3 / $4, $5 / 1e6, $6 / 1e6 }'
sorted() { awk "{ print $1 }" "$work/turns" | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
printf 'median: %.2f times by the clock, %.2f times by processor time\n' "$(sorted '$1 / $2')" "$(sorted '$3 / $4')"
