#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Rewrites the approved outputs from what the programs print now. Review the change: git diff tests/golden
# usage: tests/golden/accept.sh [build folder]
set -eu
source_folder=$(cd "$(dirname "$0")/../.." && pwd)
build_folder=${1:-$source_folder/build/dev}
cmake --build "$build_folder" --target analyzer_renders_test analyzer_comparison_text_test
HPCT_ACCEPT_GOLDEN=1 ctest --test-dir "$build_folder" -R '[Gg]olden' --output-on-failure
git -C "$source_folder" status --short tests/golden
