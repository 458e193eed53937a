#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds with a sanitizer and runs the tests of every layer, which include every variant of every workload.
#   scripts/sanitize.sh asan|tsan [ctest arguments]     e.g. scripts/sanitize.sh tsan -L small
# The window is for asan only: tsan does not see the locks inside Qt, which is not built with it. It is built when
# no arguments are given, or when they name it (-L gui).
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
layers='small|workloads|collector|reports|analyzer|cli'
[ "$preset" = tsan ] || layers+='|gui'
[ $# -gt 0 ] || set -- -L "$layers"
window=OFF
[[ "$preset $*" != asan*gui* ]] || window=ON

cmake --preset "$preset" -DHPCT_GUI=$window >/dev/null
echo "Building (preset $preset) in build/$preset ..."
cmake --build --preset "$preset" -- --quiet

# Findings go to files: one in a program that a test starts would otherwise be lost where the test expects it to fail.
findings=$PWD/build/$preset/findings
rm -rf "$findings"
mkdir "$findings"
export QT_QPA_PLATFORM=offscreen
export ASAN_OPTIONS=log_path=$findings/asan
export UBSAN_OPTIONS=print_stacktrace=1:log_path=$findings/ubsan
export TSAN_OPTIONS=halt_on_error=1:log_path=$findings/tsan
status=0
ctest --preset "$preset" -j "$(nproc)" "$@" || status=$?
if [ -n "$(ls "$findings")" ]; then
  cat "$findings"/*
  echo "sanitize.sh: findings of the sanitizer above, kept in build/$preset/findings" >&2
  status=1
fi
exit $status
