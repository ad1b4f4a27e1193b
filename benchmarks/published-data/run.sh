#!/bin/sh
# Reads published sets as they were downloaded, counts what becomes of their rows against count.py, and
# trains 50 steps of a tiny model on each, with a small evaluation.
#
#   PLUMB_DATA=FOLDER benchmarks/published-data/run.sh [SET…]
#
# PYTHON names a python3 with pyarrow and tokenizers; without pyarrow the sets of Parquet are left out, and
# said to be. WORK is where runs go (runs/published-data).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
plumb=${PLUMB:-$root/.build/release/plumb}
python=${PYTHON:-python3}
work=${WORK:-$root/runs/published-data}
: "${PLUMB_DATA:?set PLUMB_DATA to the folder of the published files}"
mkdir -p "$work"
ln -sfn "$PLUMB_DATA" "$work/data"
cp "$here"/recipes/*.yaml "$work"
cd "$work"
sets=${*:-hh-rlhf ultrafeedback ultrafeedback-binarized ultrafeedback-raw tldr lima alpaca kto-demo dpo-demo qa-feedback webgpt}
if "$python" -c 'import pyarrow' 2>/dev/null; then
  "$python" "$here/layouts.py" data layouts
else
  echo "SKIPPED: ultrafeedback-binarized and ultrafeedback-raw, since $python lacks pyarrow" >&2
  sets=$(echo "$sets" | tr ' ' '\n' | grep -v -e binarized -e raw)
fi
"$plumb" run base.yaml --output base --set threads=1 >base.log 2>&1 || { cat base.log >&2; exit 1; }
[ -d model ] || "$plumb" export base model -o model >/dev/null
for set in $sets; do
  "$plumb" data "$set.yaml" --json >"$set.data.jsonl" 2>"$set.data.log" || { cat "$set.data.log" >&2; failed=1; }
  "$plumb" run "$set.yaml" --output "$set" --set threads=1 >"$set.log" 2>&1 || {
    echo "$set: the run failed: $(tail -n 1 "$set.log")" >&2
    failed=1
    continue
  }
  "$python" "$here/count.py" "$set" || failed=1
done
test -z "${failed:-}" || { echo "run.sh: not every set is as counted" >&2; exit 1; }
