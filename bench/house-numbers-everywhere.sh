#!/usr/bin/env bash
# Whether the detector that comes along reads the same on other processors: the pictures of samples/ and the photos given, by its int8 and by
# its float file, (a) here, (b) with .NET's AVX-512 and then also AVX2 switched off, as on a processor without VNNI, which chooses the float file,
# and (c) on linux-arm64 under QEMU's user emulation. Fails where a number's text differs, or a digit by more than .001 in confidence or in an
# edge's pixels. Where the emulator is absent it says so and is content.
# usage: bench/house-numbers-everywhere.sh [photo…]
# On Debian: apt-get install qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
photos=("$here"/samples/*.jpg)
for photo in "$@"; do photos+=("$(realpath -e "$photo")"); done
. "$here/bench/foreign-systems.sh"
[ "$(uname -sm)" = "Linux x86_64" ] || skip "this compares with linux-x64, and here is $(uname -sm)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
publish linux-x64
native="$work/linux-x64/$program"

# look NAME COMMAND…: digits into $work/NAME, texts into $work/NAME.texts.
look() {
  local name=$1; shift
  timeout 1800 "$@" > "$work/$name" 2> "$work/$name.said" < /dev/null || { cat "$work/$name.said" >&2; exit 1; }
  grep '^read ' "$work/$name.said" > "$work/$name.texts" || true
  grep -v '^read ' "$work/$name.said" | head -n 1
}

# agree FIRST SECOND
agree() {
  echo "--- $1, then $2"
  diff "$work/$1.texts" "$work/$2.texts" > "$work/difference" || { echo "DIFFERENT texts:"; cat "$work/difference"; exit 1; }
  "$native" compare "$work/$1" "$work/$2"
}

look int8 "$native" read int8 "${photos[@]}"
look float "$native" read float "${photos[@]}"
cat "$work/int8.texts"
DOTNET_EnableAVX512=0 look narrow-int8 "$native" read int8 "${photos[@]}"
agree int8 narrow-int8
DOTNET_EnableAVX512=0 DOTNET_EnableAVX2=0 look plain "$native" read fastest "${photos[@]}"
agree float plain

find_arm64
publish linux-arm64
make_arm64_root
for numbers in float int8; do
  look "arm64-$numbers" "${arm64[@]}" "$work/linux-arm64/$program" read "$numbers" "${photos[@]}"
done
agree float arm64-float
agree int8 arm64-int8
