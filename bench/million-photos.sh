#!/usr/bin/env bash
# Very many photos, over several processes.
#   bench/million-photos.sh kills [PHOTOS] [KILLS]   four processes, killed at random and started again: each photo once, the same bytes as one
#   bench/million-photos.sh share [PHOTOS]           two processes on one output beside two that have nothing to do with each other
#   bench/million-photos.sh names [NAMES]            the listing, journal and joining alone: photos that are not there, and the memory they take
# Works in $FOLDER (a new temporary one), with the command $ESPALIER (built here); SEED chooses the moments.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
espalier=${ESPALIER:-$here/src/Espalier.Cli/bin/Release/net10.0/espalier.dll}
[ -f "$espalier" ] || dotnet build "$here/src/Espalier.Cli" --configuration Release --verbosity quiet --nologo
RANDOM=${SEED:-1}
folder=${FOLDER:-$(mktemp -d)}
mkdir -p "$folder"
cd "$folder"

# Two thousand houses of the generated street, under as many names as wanted: hard links.
houses=2000
photos() {
  if [ ! -d houses ]; then
    dotnet "$espalier" data synth --output street --count $((houses - 1)) --val 1 --fonts built-in --seed 7 --overwrite > street.log 2>&1
    mkdir -p houses.new
    cp -l street/images/train/*.png houses.new
    mv houses.new houses
  fi
  if [ ! -d "photos-$1" ]; then
    mkdir -p "photos-$1.new"
    for copy in $(seq $(($1 / $(ls houses | wc -l) + 1))); do cp -rl houses "photos-$1.new/$copy"; done
    find "photos-$1.new" -type f | sort | tail -n +$(($1 + 1)) | xargs -r rm
    echo "no picture" > "photos-$1.new/bad.jpg"
    mv "photos-$1.new" "photos-$1"
  fi
}

read_shard() { exec dotnet "$espalier" read "$1" --output "$2" --shard "$3" 2>> "$2.$(tr / - <<< "$3").log"; }
timed() {
  local begin=$EPOCHREALTIME
  ( "$@" ) > /dev/null
  awk "BEGIN { printf \"%.1f s\n\", $EPOCHREALTIME - $begin }"
}

kills() {
  local count=$1 wanted=$2 ranks=4 killed=0 rank each
  declare -a ids
  photos "$count"
  rm -rf whole.csv* killed.csv*
  [ -n "${SKIP_WHOLE:-}" ] || echo "one process, unbroken: $(timed read_whole)"
  start() { read_shard "photos-$count" killed.csv "$(($1 + 1))/$ranks" & ids[$1]=$!; }
  local begin=$EPOCHREALTIME
  for rank in $(seq 0 $((ranks - 1))); do start "$rank"; done
  while [ ! -f killed.csv ]; do
    sleep "$((RANDOM % ${LONGEST:-6})).$((RANDOM % 10))"
    rank=$((RANDOM % ranks))
    if [ "$killed" -lt "$wanted" ] && kill -KILL "${ids[$rank]}" 2> /dev/null; then killed=$((killed + 1)); fi
    for each in $(seq 0 $((ranks - 1))); do
      kill -0 "${ids[$each]}" 2> /dev/null || [ -f killed.csv ] || start "$each"
    done
  done
  wait
  awk "BEGIN { printf \"$ranks processes, $killed kills: %.1f s\n\", $EPOCHREALTIME - $begin }"
  echo "$(cat killed.csv.*.log | grep -c 'looked at before') times one went on with what was there"
  cmp whole.csv killed.csv && echo "the same $(stat -c %s whole.csv) bytes"
  # A photo's rows follow each other: a name that comes twice in this list is a photo that was looked at twice.
  tail -n +2 killed.csv | cut -d, -f1 | uniq > names.txt
  echo "$(wc -l < names.txt) photos of $(find "photos-$count" -type f | wc -l), $(sort names.txt | uniq -d | wc -l) more than once"
}
read_whole() { read_shard "photos-$count" whole.csv 1/1; }

share() {
  local count=$1 begin
  photos "$count"
  rm -rf half* pair.csv* one.csv* left right
  cp -rl "photos-$count" left
  cp -rl "photos-$count" right
  find left -type f | sort | awk 'NR % 2 == 1' | xargs rm
  find right -type f | sort | awk 'NR % 2 == 0' | xargs rm
  for round in $(seq "${ROUNDS:-3}"); do
    rm -rf half* pair.csv* one.csv*
    echo "one process: $(timed read_shard_one "photos-$count" one.csv)"
    echo "two that have nothing to do with each other: $(timed both read_shard_one left half1.csv -- read_shard_one right half2.csv)"
    echo "two shards of one output: $(timed both read_shard "photos-$count" pair.csv 1/2 -- read_shard "photos-$count" pair.csv 2/2)"
  done
}
read_shard_one() { read_shard "$1" "$2" 1/1; }
both() {
  local first=()
  while [ "$1" != -- ]; do first+=("$1"); shift; done
  shift
  "${first[@]}" &
  "$@" &
  wait
}

names() {
  local count=$1 shards=8
  rm -rf names.csv*
  seq -f 'none/%.0f.jpg' "$count" > names.txt
  for shard in $(seq $shards); do
    /usr/bin/time -f "shard $shard: %e s, at most %M KB" dotnet "$espalier" read names.txt --output names.csv --shard "$shard/$shards" || true
  done 2>&1 | grep -v "^espalier: \|^Shard\|^Written"
  echo "$(tail -n +2 names.csv | wc -l) rows, $(tail -n +2 names.csv | cut -d, -f1 | sort | uniq -d | wc -l) photos more than once"
}

case ${1:-} in
  kills) kills "${2:-100000}" "${3:-20}" ;;
  share) share "${2:-10000}" ;;
  names) names "${2:-1000000}" ;;
  *) sed -n '2,6s/^# *//p' "$0" >&2; exit 2 ;;
esac
