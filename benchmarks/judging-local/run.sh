#!/bin/sh
# The same comparisons by the same model in this process and through HTTP, in writing (transformers
# serve) and by log-probabilities (exact_server.py). PEER is a Python with torch and transformers.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
plumb=${PLUMB:-$here/../../.build/release/plumb}
peer=${PEER:-python3}
data=$here/../../../shared/data
model=${MODEL:-$data/tiny-lm/stories260K-hf}
work=${WORK:-$here/../../runs/judging-local}
mkdir -p "$work"
cd "$work"
python3 "$here/make.py" "$data/tldr-judged/oai1b_ppo_vs_reference_judged.csv.gz"
judge() { # FOLDER JUDGE TEMPLATE
  "$plumb" judge ppo.json reference.json --judge "$2" --template "$here/$3.md" --canaries 0 \
    --no-cache -j 2 --timeout 600 --output "$1" --quiet
}
wait_for() { # PORT
  for _ in $(seq 120); do
    if curl -s -o answer.json "http://127.0.0.1:$1/v1/models"; then return 0; fi
    sleep 1
  done
  echo "no server on port $1" >&2
  exit 1
}
serve() { # PORT COMMAND…
  port=$1
  shift
  "$@" > "server-$port.log" 2>&1 &
  server=$!
  trap 'kill $server' EXIT
  wait_for "$port"
}
done_serving() {
  kill $server
  wait $server || true
  trap - EXIT
}
export HF_HUB_OFFLINE=1
rm -rf local-label http-label local-written http-written
judge local-label "model:$model" label
judge local-written "model:$model" written
serve 8124 "$peer" "$here/exact_server.py" "$model" 8124
judge http-label "completions:$model@http://127.0.0.1:8124/v1" label
done_serving
serve 8123 "$peer" -m transformers.cli.transformers serve --host 127.0.0.1 --port 8123 \
  --device cpu --dtype float32 "$model"
judge http-written "completions:$model@http://127.0.0.1:8123/v1" written
done_serving
echo "label probabilities:"
python3 "$here/compare.py" local-label http-label
echo "written replies:"
python3 "$here/compare.py" local-written http-written
