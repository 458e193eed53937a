#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds with a sanitizer and runs every variant of every workload, and the tests of all but the window.
#   scripts/sanitize.sh asan|tsan [ctest arguments]     e.g. scripts/sanitize.sh tsan -L small
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-}
case $preset in
  asan | tsan) shift ;;
  *)
    echo "usage: scripts/sanitize.sh asan|tsan [ctest arguments]" >&2
    exit 2
    ;;
esac
[ $# -gt 0 ] || set -- -L 'small|workloads|collector|reports|analyzer|cli'

cmake --preset "$preset" -DHPCT_GUI=OFF >/dev/null
echo "Building (preset $preset) in build/$preset ..."
cmake --build --preset "$preset" -- --quiet
export UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1
ctest --preset "$preset" -j "$(nproc)" "$@"
