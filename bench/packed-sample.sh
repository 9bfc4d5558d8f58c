#!/usr/bin/env bash
# What the developer of an application gets: packs Espalier.HouseNumbers and what it stands on, builds and publishes the source of samples/HouseNumbers
# against these packages in an empty folder, and runs what was published. Fails where a package lacks a part or no number is read.
# usage: bench/packed-sample.sh picture…
set -euo pipefail
if [ $# -lt 1 ]; then echo "usage: $0 picture…" >&2; exit 2; fi
here=$(cd "$(dirname "$0")/.." && pwd)
pictures=()
for picture in "$@"; do pictures+=("$(realpath "$picture")"); done
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

# A version of its own each time: the user's package folder must not answer with the packages of an earlier run.
version="0.1.0-local.$(date +%s)"
work=$(mktemp -d)
kept=$(dotnet nuget locals global-packages --list | sed -n 's/^global-packages: //p')
trap 'rm -rf "$work" "${kept:?}"/espalier.{core,vision,runtime,housenumbers}/"$version"; rmdir "$kept"/espalier.{core,vision,runtime,housenumbers} 2> /dev/null || true' EXIT

for library in Core Vision Runtime HouseNumbers; do
  dotnet pack "$here/src/Espalier.$library" --configuration Release --artifacts-path "$work/build" --output "$work/packages" -p:Version="$version" --verbosity quiet
  holds() { unzip -Z1 "$work/packages/Espalier.$library.$version.$1" "$2" > /dev/null || { echo "Espalier.$library: the $1 has no $2" >&2; exit 1; }; }
  for part in README.md icon.png "lib/net10.0/Espalier.$library".{dll,xml}; do holds nupkg "$part"; done
  holds snupkg "lib/net10.0/Espalier.$library.pdb"
done
for package in "$work"/packages/*; do printf '%6.1f kB  %s\n' "$(wc -c < "$package" | awk '{ print $1 / 1000 }')" "$(basename "$package")"; done

mkdir "$work/application"
cd "$work/application"
cp "$here/samples/HouseNumbers/Program.cs" .
cat > Application.csproj << PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Espalier.HouseNumbers" Version="$version" />
  </ItemGroup>
</Project>
PROJECT
others=$(dotnet nuget list source | sed -nE 's/^ *[0-9]+\. +(.*) \[Enabled\]$/    <packageSource key="\1"><package pattern="*" \/><\/packageSource>/p')
cat > nuget.config << CONFIG
<configuration>
  <packageSources>
    <add key="packed" value="../packages" />
  </packageSources>
  <packageSourceMapping>
    <packageSource key="packed"><package pattern="Espalier.*" /></packageSource>
$others
  </packageSourceMapping>
</configuration>
CONFIG

system=$(dotnet --info | sed -nE 's/^ *RID: *//p')
dotnet publish --configuration Release --output ../portable --verbosity quiet
dotnet publish --configuration Release --runtime "$system" --self-contained false --output ../system --verbosity quiet
for published in portable system; do
  size=$(find "../$published" -type f -exec cat {} + | wc -c | awk '{ printf "%.1f", $1 / 1e6 }')
  echo "published, $([ $published = portable ] && echo 'every system' || echo "$system"): $size MB"
  read=$(dotnet "../$published/Application.dll" "${pictures[@]}")
  if [ -z "$read" ]; then echo "nothing was read" >&2; exit 1; fi
done
echo "$read"
