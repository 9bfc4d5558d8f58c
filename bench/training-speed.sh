#!/usr/bin/env bash
# Wall seconds of training epochs 2 to 4, with augmentation, validation and pictures in, one loader worker, no cache in memory.
# usage: bench/training-speed.sh data.yaml [YOLOV5]   (quiet machine; a thousand pictures are enough)
# With a checkout of yolov5 v7.0 in which `python3 train.py` runs, its trainer has its turn before each setting of Espalier's.
set -euo pipefail
data=$(realpath "$1")
yolov5=${2:+$(realpath "$2")}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Runs a command that trains into $work/run, and prints what each epoch but the first took.
timed() {
  local label=$1 seen=0 last=0 rows now process
  shift
  "$@" > "$work/log" 2>&1 &
  process=$!
  while kill -0 "$process" 2> /dev/null; do
    rows=$(tail -n +2 "$work/run/results.csv" 2> /dev/null | wc -l || true)
    if [ "$rows" -gt "$seen" ]; then
      now=$(date +%s.%N)
      if [ "$seen" -gt 0 ]; then echo "$label,$rows,$(awk "BEGIN { printf \"%.2f\", $now - $last }")"; fi
      seen=$rows last=$now
    fi
    sleep 0.05
  done
  wait "$process" || { tail -n 5 "$work/log" >&2; exit 1; }
  rm -rf "$work/run"
}

reference() (
  cd "$yolov5"
  exec python3 train.py --cfg "$1.yaml" --weights '' --img "$2" --batch "$3" --epochs 4 --workers 1 --noplots --device cpu --hyp "$work/hyp.yaml" \
    --data "$data" --project "$work" --name run --exist-ok
)

if [ -n "$yolov5" ]; then sed 's/^fliplr:.*/fliplr: 0.0/' "$yolov5/data/hyps/hyp.scratch-low.yaml" > "$work/hyp.yaml"; fi
echo "network,pixels,batch,trainer,epoch,seconds"
for setting in yolov5n:160:64 yolov5n:320:16 yolov5s:160:32; do
  IFS=: read -r network pixels batch <<< "$setting"
  if [ -n "$yolov5" ]; then timed "$network,$pixels,$batch,yolov5" reference "$network" "$pixels" "$batch"; fi
  for precision in fp32 bf16; do
    timed "$network,$pixels,$batch,$precision" "$here/espalier" train "$data" --model "$network" --image-size "$pixels" --batch "$batch" --epochs 4 \
      --workers 1 --cache none --precision "$precision" --project "$work" --name run
  done
done
