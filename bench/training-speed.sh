#!/usr/bin/env bash
# Wall seconds of training epochs 2 to 4, with augmentation, validation and pictures in, one loader worker, no cache in memory.
# usage: bench/training-speed.sh data.yaml        (quiet machine; a thousand pictures are enough)
set -euo pipefail
data=$(realpath "$1")
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "network,pixels,batch,precision,epoch,seconds"
for setting in yolov5n:160:64 yolov5n:320:16 yolov5s:160:32; do
  IFS=: read -r network pixels batch <<< "$setting"
  for precision in fp32 bf16; do
    "$here/espalier" train "$data" --model "$network" --image-size "$pixels" --batch "$batch" --epochs 4 --workers 1 --cache none \
      --precision "$precision" --project "$work" --name run > "$work/log" 2>&1 &
    process=$!
    seen=0 last=0
    while kill -0 "$process" 2> /dev/null; do
      rows=$(tail -n +2 "$work/run/results.csv" 2> /dev/null | wc -l || true)
      if [ "$rows" -gt "$seen" ]; then
        now=$(date +%s.%N)
        if [ "$seen" -gt 0 ]; then echo "$network,$pixels,$batch,$precision,$rows,$(awk "BEGIN { printf \"%.2f\", $now - $last }")"; fi
        seen=$rows last=$now
      fi
      sleep 0.05
    done
    wait "$process"
    rm -rf "$work/run"
  done
done
