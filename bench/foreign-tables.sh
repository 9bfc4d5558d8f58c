#!/usr/bin/env bash
# Whether YOLOv5's own model tables and hyper-parameters are taken as they are: every table below CHECKOUT/models trains a step on a small
# generated street, or is refused in a sentence where its last row is neither Detect nor Segment (whose boxes are learned); and so does
# yolov5n with every file of CHECKOUT/data/hyps. Tables are made narrow and shallow first (width 0.125, depth 0.33), which changes no row; "whole" leaves
# them as they are, the largest of which take gigabytes. Fails where a table with such a row does not train, or another one is not refused in one sentence.
# usage: bench/foreign-tables.sh CHECKOUT [whole]
set -euo pipefail
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ "${2:-whole}" != whole ]; then echo "usage: $0 CHECKOUT [whole]" >&2; exit 2; fi
here=$(cd "$(dirname "$0")/.." && pwd)
checkout=$(realpath -e "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

"$here/espalier" data synth --output "$work/street" --count 4 --val 2 --seed 1 > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

# Prints what came of a step with some options, and ends with the command's exit code. Sizes of 128 suit strides up to 128.
step() {
  local code=0
  "$here/espalier" train "$work/street/data.yaml" --image-size 128 --epochs 1 --batch 4 --device cpu --precision fp32 --no-plots \
    --project "$work/runs" "$@" > "$work/log" 2>&1 < /dev/null || code=$?
  rm -rf "$work/runs"
  if [ $code = 0 ]; then echo "trains"; else echo "refused: $(tail -n 1 "$work/log")"; fi
  return $code
}

while IFS= read -r table; do
  copy="$work/$(basename "$table")"
  cp "$table" "$copy"
  [ $# = 2 ] || sed -i 's/^width_multiple:.*/width_multiple: 0.125/; s/^depth_multiple:.*/depth_multiple: 0.33/' "$copy"
  code=0
  result=$(step --model "$copy") || code=$?
  wanted=0; grep -Eq '(Detect|Segment), \[' "$table" || wanted=1
  [ $code = $wanted ] || { failures=$((failures + 1)); result="WRONG, $result"; }
  echo "${table#"$checkout"/}: ${result//$work\//}"
done < <(find "$checkout/models" -name '*.yaml' | sort)

for hyp in "$checkout"/data/hyps/hyp.*.yaml; do
  result=$(step --model yolov5n --hyp "$hyp") || { failures=$((failures + 1)); result="WRONG, $result"; }
  echo "${hyp#"$checkout"/}: $result"
done

[ $failures = 0 ] || { echo "$failures went wrong" >&2; exit 1; }
