#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds everything with warnings as errors, and runs every test.
#   scripts/test.sh [ctest arguments]     e.g. scripts/test.sh -L analyzer
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

scripts/install-deps.sh
cmake --preset ci >/dev/null
echo "Building (preset ci) in build/ci ..."
cmake --build --preset ci -- --quiet
export QT_QPA_PLATFORM=offscreen
ctest --preset ci -j "$(nproc)" "$@"
