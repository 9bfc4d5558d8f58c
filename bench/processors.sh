#!/usr/bin/env bash
# Whether all processors get the same: figures of everything that Espalier computes, here with all that the processor has (512 bits, where it
# has AVX-512), then with less and less of it — vectors of 256 bits, of 128, none — and on linux-arm64 under QEMU's user emulation, which has
# no libtorch. Prints a table of the differences, and ends with 1 where one is larger than is allowed.
# .NET's variables tell .NET what it may use. libtorch and oneDNN have variables of their own, the C library has a tunable, and from ONNX
# Runtime the processor is hidden by bench/avx2-only.c, where there is a C compiler and CPUID can be made to fault.
# usage: bench/processors.sh [FOLDER, for the files of figures]
# On Debian: apt-get install gcc qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross, and, for checkpoints' digests,
# dpkg --add-architecture arm64 && apt-get update && apt-get install libssl3:arm64; without, there is less.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/bench/foreign-systems.sh"
program=Espalier.Processors
[ "$(uname -sm)" = "Linux x86_64" ] || skip "the first processor is linux-x64, and here is $(uname -sm)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "${1:-$work/figures}"
figures=$(realpath "${1:-$work/figures}")

hidden=
if grep -qw cpuid_fault /proc/cpuinfo && gcc -O2 -shared -fPIC "$here/bench/avx2-only.c" -o "$work/avx2-only.so" 2> /dev/null; then
  hidden=LD_PRELOAD="$work/avx2-only.so"
else
  echo "ONNX Runtime sees all of the processor: there is no gcc, or CPUID cannot be hidden here"
fi

# compute NAME COMMAND…: the figures that a command writes.
compute() {
  local name=$1; shift
  echo "computing: $name"
  timeout 3600 "$@" > "$figures/$name" 2> "$work/said" < /dev/null || { tail -n 20 "$work/said" >&2; exit 1; }
}

dotnet build "$here/bench/$program" --configuration Release > "$work/log" 2>&1 < /dev/null || { cat "$work/log" >&2; exit 1; }
native="$here/bench/$program/bin/Release/net10.0/$program"
narrow=(env $hidden ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2)
narrower=(env $hidden SSE_ONLY=1 GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA ATEN_CPU_CAPABILITY=default ONEDNN_MAX_CPU_ISA=SSE41)
compute here "$native" figures all
compute 256 "${narrow[@]}" DOTNET_EnableAVX512=0 "$native" figures all
compute 128 "${narrower[@]}" DOTNET_EnableAVX2=0 "$native" figures all
compute scalar "${narrower[@]}" DOTNET_EnableHWIntrinsic=0 "$native" figures all

# Where it cannot be run, that is said, and the others are compared without.
rm -f "$figures/arm64"
(
  find_arm64
  [ -n "$(find -L "$prefix" /usr/lib/aarch64-linux-gnu -maxdepth 3 -name libssl.so.3 -print -quit 2> /dev/null)" ] || skip "no arm64 libssl.so.3"
  publish linux-arm64
  make_arm64_root
  # QEMU 7.2 does not notice code that .NET writes by another address than it runs at.
  export DOTNET_EnableWriteXorExecute=0
  compute arm64 "${arm64[@]}" "$work/linux-arm64/$program" figures portable
)

cd "$figures"
arm64=; [ ! -f arm64 ] || arm64=arm64
"$native" compare here 256 128 scalar $arm64
