#!/bin/sh
# Plumb and lm-evaluation-harness on the same models and files: run.sh SHARED WORK PYTHON
# SHARED is ../shared/data, WORK a folder for models and results, PYTHON one with requirements.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
plumb=${PLUMB:-$here/../../.build/release/plumb}
shared=$1 work=$2 python=$3
mkdir -p "$work"
"$python" "$here/models.py" "$shared/tokenizers" "$work/models"
"$python" "$here/data.py" "$shared" "$work/data"
data=$work/data
status=0
# The whole files with the small vocabulary, a part of them with the others, over which the harness
# makes probabilities at every place of every prompt.
for pair in tiny-minimind:1000000 tiny-gpt2:8 tiny-llama:8; do
  model=${pair%:*}
  rm -rf "$work/$model"
  "$plumb" exam "$work/models/$model" -o "$work/$model" --quiet --limit "${pair#*:}" \
    --task mmlu_0="$data/mmlu-test.jsonl" --task mmlu_5="$data/mmlu-test.jsonl" \
    --task arc_0="$data/arc-test.jsonl" --task arc_5="$data/arc-test.jsonl" \
    --task hellaswag_0="$data/hellaswag-test.jsonl" --task hellaswag_5="$data/hellaswag-test.jsonl" \
    --task truthfulqa-mc1_0="$data/truthfulqa-test.jsonl" \
    --task truthfulqa-mc2_0="$data/truthfulqa-test.jsonl" \
    --task perplexity_0="$data/texts.jsonl" \
    --shots mmlu_5=5 --shots-from mmlu_5="$data/mmlu-dev.jsonl" \
    --shots arc_5=5 --shots-from arc_5="$data/arc-dev.jsonl" \
    --shots hellaswag_5=5 --shots-from hellaswag_5="$data/hellaswag-dev.jsonl" >"$work/$model.txt"
  "$python" "$here/peer.py" "$work/models/$model" "$data" "$work/$model"/exams/* || status=1
done
# A context of 256 tokens, which five examples exceed: both cut the beginning.
rm -rf "$work/short"
"$plumb" exam "$work/models/short" -o "$work/short" --quiet --too-long cut --limit 20 \
  --task mmlu_5="$data/mmlu-test.jsonl" --task perplexity_0="$data/texts.jsonl" \
  --shots mmlu_5=5 --shots-from mmlu_5="$data/mmlu-dev.jsonl" >"$work/short.txt"
"$python" "$here/peer.py" "$work/models/short" "$data" "$work/short"/exams/* || status=1
exit $status
