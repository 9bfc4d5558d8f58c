#!/usr/bin/env bash
# Whether an application finds the same elsewhere: publishes Espalier.Runtime with a small program, self-contained, for this system
# (linux-x64) and for another, runs both on the same photos, the other by QEMU's user emulation (linux-arm64) or by Wine (win-x64), and
# holds the detections against each other. Fails where one is missing or differs by more than .001 in confidence or in an edge's pixels.
# Where the emulator is absent it says so and is content.
# usage: bench/foreign-detections.sh linux-arm64|win-x64 model.onnx photo…
# On Debian: apt-get install qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross, or wine64 wine.
set -euo pipefail
if [ $# -lt 3 ] || [[ ! $1 =~ ^(linux-arm64|win-x64)$ ]]; then echo "usage: $0 linux-arm64|win-x64 model.onnx photo…" >&2; exit 2; fi
here=$(cd "$(dirname "$0")/.." && pwd)
system=$1; shift
files=()
for file in "$@"; do files+=("$(realpath -e "$file")"); done
. "$here/bench/foreign-systems.sh"
[ "$(uname -sm)" = "Linux x86_64" ] || skip "this compares with linux-x64, and here is $(uname -sm)"
if [ "$system" = linux-arm64 ]; then
  find_arm64
else
  emulator=$(command -v wine64 || command -v wine) || skip "no Wine (wine64)"
fi

export WINEDEBUG=-all DISPLAY=
work=$(mktemp -d)
export WINEPREFIX="$work/wine"
trap '[ ! -d "$WINEPREFIX" ] || wineserver -k || true; rm -rf "$work"' EXIT

publish linux-x64
publish "$system"
case $system in
  linux-arm64) make_arm64_root; other=("${arm64[@]}" "$work/$system/$program" find "${files[@]}") ;;
  win-x64) other=("$emulator" "$work/$system/$program.exe" find "${files[@]/#/Z:}") ;;
esac

"$work/linux-x64/$program" find "${files[@]}" > "$work/first"
timeout 1200 "${other[@]}" > "$work/second" < /dev/null
echo "first: linux-x64, second: $system"
"$work/linux-x64/$program" compare "$work/first" "$work/second"
