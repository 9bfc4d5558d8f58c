#!/usr/bin/env bash
# Whether an application finds the same elsewhere: publishes Espalier.Runtime with a small program, self-contained, for this system
# (linux-x64) and for another, runs both on the same photos, the other by QEMU's user emulation (linux-arm64) or by Wine (win-x64), and
# holds the detections against each other. Fails where one is missing or differs by more than .001 in confidence or in an edge's pixels.
# Where the emulator is absent it says so and is content.
# usage: bench/foreign-detections.sh linux-arm64|win-x64 model.onnx photo…
# On Debian: apt-get install qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross, or wine64 wine.
set -euo pipefail
skip() { echo "skipped: $1"; exit 0; }
if [ $# -lt 3 ] || [[ ! $1 =~ ^(linux-arm64|win-x64)$ ]]; then echo "usage: $0 linux-arm64|win-x64 model.onnx photo…" >&2; exit 2; fi
here=$(cd "$(dirname "$0")/.." && pwd)
system=$1; shift
files=()
for file in "$@"; do files+=("$(realpath -e "$file")"); done
[ "$(uname -sm)" = "Linux x86_64" ] || skip "this compares with linux-x64, and here is $(uname -sm)"

prefix=${QEMU_LD_PREFIX:-/usr/aarch64-linux-gnu}
if [ "$system" = linux-arm64 ]; then
  emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || skip "no QEMU user emulation (qemu-user-static)"
  for library in ld-linux-aarch64.so.1 libstdc++.so.6 libgcc_s.so.1; do
    [ -n "$(find -L "$prefix" -maxdepth 4 -name "$library" -print -quit 2> /dev/null)" ] || skip "no arm64 $library below $prefix"
  done
else
  emulator=$(command -v wine64 || command -v wine) || skip "no Wine (wine64)"
fi

# No server of the build may outlive it: it would hold the output of whoever waits for this script to end.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
export WINEDEBUG=-all DISPLAY=
work=$(mktemp -d)
export WINEPREFIX="$work/wine"
trap '[ ! -d "$WINEPREFIX" ] || wineserver -k || true; rm -rf "$work"' EXIT

for published in linux-x64 "$system"; do
  dotnet publish "$here/bench/Espalier.DetectionLines" --configuration Release --runtime "$published" --self-contained true \
    --artifacts-path "$work/build" --output "$work/$published" -p:UseSharedCompilation=false > "$work/log" 2>&1 < /dev/null || {
    ! grep -q NU1301 "$work/log" || skip "the packages for $published are neither here nor to be had"
    cat "$work/log" >&2; exit 1
  }
  echo "published for $published: $(find "$work/$published" -type f -exec cat {} + | wc -c | awk '{ printf "%.0f", $1 / 1e6 }') MB"
done

program=Espalier.DetectionLines
case $system in
  linux-arm64)
    # QEMU 7.2 shows programs the x64 machine's /proc/cpuinfo, and ONNX Runtime's processor detection, finding no arm core in it, reads
    # through a null pointer. A file below the prefix comes before the machine's: one that says Cortex-A72, as the emulated core is.
    mkdir -p "$work/root/proc"
    for entry in "$prefix"/*; do [ "$(basename "$entry")" = proc ] || ln -s "$entry" "$work/root/"; done
    for ((core = 0; core < $(nproc --all); core++)); do
      printf 'processor\t: %d\nFeatures\t: fp asimd evtstrm crc32 cpuid\nCPU implementer\t: 0x41\nCPU architecture: 8\n' "$core"
      printf 'CPU variant\t: 0x0\nCPU part\t: 0xd08\nCPU revision\t: 3\n\n'
    done > "$work/root/proc/cpuinfo"
    # QEMU's default, "max", has pointer authentication and scalable vectors, whose emulation takes many times as long.
    export QEMU_CPU=${QEMU_CPU:-cortex-a72}
    other=("$emulator" -L "$work/root" "$work/$system/$program" find "${files[@]}") ;;
  win-x64)
    other=("$emulator" "$work/$system/$program.exe" find "${files[@]/#/Z:}") ;;
esac

"$work/linux-x64/$program" find "${files[@]}" > "$work/first"
timeout 1200 "${other[@]}" > "$work/second" < /dev/null
echo "first: linux-x64, second: $system"
"$work/linux-x64/$program" compare "$work/first" "$work/second"
