#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a fresh checkout to a first result: installs what is missing, builds release, and runs
# `hpct-prof run 1brc` on 100 million rows. Arguments replace that command:
#   scripts/quickstart.sh run mandelbrot --variant all
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build/release

"$root/scripts/install-deps.sh" --no-tests
[ -f "$build/build.ninja" ] || cmake -S "$root" --preset release -DHPCT_TESTS=OFF >/dev/null
echo "Building hpct-prof (release) in build/release ..."
cmake --build "$build" -- --quiet

[ $# -gt 0 ] || set -- run 1brc
status=0
"$build/cli/hpct-prof" "$@" || status=$?
printf '\nThe program is %s\nPut it on your PATH:  cmake --install build/release --prefix ~/.local\n' "build/release/cli/hpct-prof"
exit $status
