# What the scripts share that run a self-contained program on another system: sourced, with $here and $work set. Where something is missing
# they say so and are content.
skip() { echo "skipped: $1"; exit 0; }

# No server of the build may outlive a script: it would hold the output of whoever waits for its end.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

program=Espalier.DetectionLines

# publish SYSTEM: the program, self-contained, below $work/SYSTEM.
publish() {
  # Referenced projects do not learn the system by --runtime: that of libtorch's natives is said to them, too.
  dotnet publish "$here/bench/$program" --configuration Release --runtime "$1" --self-contained true -p:EspalierLibTorchSystem="$1" \
    --artifacts-path "$work/build" --output "$work/$1" -p:UseSharedCompilation=false > "$work/log" 2>&1 < /dev/null || {
    ! grep -q NU1301 "$work/log" || skip "the packages for $1 are neither here nor to be had"
    cat "$work/log" >&2; exit 1
  }
  echo "published for $1: $(find "$work/$1" -type f -exec cat {} + | wc -c | awk '{ printf "%.0f", $1 / 1e6 }') MB"
}

# find_arm64: sets $emulator and $prefix.
find_arm64() {
  prefix=${QEMU_LD_PREFIX:-/usr/aarch64-linux-gnu}
  emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || skip "no QEMU user emulation (qemu-user-static)"
  for library in ld-linux-aarch64.so.1 libstdc++.so.6 libgcc_s.so.1; do
    [ -n "$(find -L "$prefix" -maxdepth 4 -name "$library" -print -quit 2> /dev/null)" ] || skip "no arm64 $library below $prefix"
  done
}

# make_arm64_root: sets the command $arm64, before which a program for linux-arm64 stands.
# QEMU 7.2 shows programs the x64 machine's /proc/cpuinfo, and ONNX Runtime's processor detection, finding no arm core in it, reads
# through a null pointer. A file below the prefix comes before the machine's: one that says Cortex-A72, as the emulated core is.
make_arm64_root() {
  mkdir -p "$work/root/proc"
  for entry in "$prefix"/*; do [ "$(basename "$entry")" = proc ] || ln -s "$entry" "$work/root/"; done
  for ((core = 0; core < $(nproc --all); core++)); do
    printf 'processor\t: %d\nFeatures\t: fp asimd evtstrm crc32 cpuid\nCPU implementer\t: 0x41\nCPU architecture: 8\n' "$core"
    printf 'CPU variant\t: 0x0\nCPU part\t: 0xd08\nCPU revision\t: 3\n\n'
  done > "$work/root/proc/cpuinfo"
  # QEMU's default, "max", has pointer authentication and scalable vectors, whose emulation takes many times as long.
  export QEMU_CPU=${QEMU_CPU:-cortex-a72}
  arm64=("$emulator" -L "$work/root")
}
