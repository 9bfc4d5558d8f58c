#!/usr/bin/env bash
# Packs one commit in two clones that lie in different folders, and compares the packages byte by byte. Fails where one differs, or has no list of its parts.
# usage: bench/reproducible-packages.sh [commit]
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
commit=$(git -C "$here" rev-parse "${1:-HEAD}")
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for place in first another/place; do
  git clone --quiet --no-checkout "$here" "$work/$place"
  git -C "$work/$place" checkout --quiet "$commit"
  for readme in "$work/$place"/src/*/README.md; do
    dotnet pack "$(dirname "$readme")" --configuration Release --output "$work/packages/$place" --verbosity quiet
  done
done

for package in "$work"/packages/first/*; do
  name=$(basename "$package")
  case $name in *.nupkg) unzip -p "$package" bom.cdx.json | grep -q CycloneDX || { echo "$name says not what it is made of" >&2; exit 1; };; esac
  cmp "$package" "$work/packages/another/place/$name"
  echo "$(sha256sum < "$package" | cut -c 1-16)  $name"
done
