#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that hpct-prof needs, those that are missing only.
#   scripts/install-deps.sh [--no-gui] [--no-tests]
# Needs root or sudo when something is missing; otherwise it says what to install and how.
set -euo pipefail

build=(g++ cmake ninja-build pkg-config git libfmt-dev libcli11-dev libexpected-dev nlohmann-json3-dev
       libhwloc-dev libpapi-dev libdw-dev libpng-dev libzstd-dev libbenchmark-dev)
gui=(qt6-base-dev qt6-charts-dev libqt6opengl6-dev libgl-dev fonts-dejavu-core)
tests=(libgtest-dev libgmock-dev libpfm4-dev python3 python3-jsonschema binutils file valgrind
       qemu-system-arm qemu-user g++-aarch64-linux-gnu cpio)

wanted=("${build[@]}")
with_gui=1 with_tests=1
for argument in "$@"; do
  case $argument in
    --no-gui) with_gui=0 ;;
    --no-tests) with_tests=0 ;;
    *) echo "install-deps.sh: unknown option $argument (there is --no-gui and --no-tests)" >&2; exit 2 ;;
  esac
done
[ $with_gui = 1 ] && wanted+=("${gui[@]}")
[ $with_tests = 1 ] && wanted+=("${tests[@]}")

command -v dpkg-query >/dev/null || {
  echo "install-deps.sh: this is not Debian or Ubuntu; install the equivalents of:" >&2
  echo "  ${wanted[*]}" >&2
  exit 2
}

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} = 0 ] && exit 0

run=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
    echo "install-deps.sh: these packages are missing and installing them needs root:" >&2
    echo "  ${missing[*]}" >&2
    echo "run as root:  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 2
  fi
  run=(sudo)
fi

echo "Installing ${#missing[@]} packages: ${missing[*]}"
"${run[@]}" apt-get update -qq
"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
