#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles C++ sources into one arm64 program and runs it.

    under_qemu.py ROOT SOURCE...      sources relative to ROOT, which is also the include path

Exit status: the program's; 77 where this machine cannot, and why is printed. HPCT_ARM64_TESTS=required makes that
a failure, HPCT_ARM64_TESTS=off skips without trying.
"""
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from skipped import Skipped, demand_tools, demand_wanted, skip

VARIABLE = "HPCT_ARM64_TESTS"
# As the build has them; static, so that qemu-user needs no arm64 system around it.
FLAGS = ["-std=c++20", "-O2", "-ffp-contract=off", "-static", "-Wall", "-Wextra", "-Werror"]
TOOLS = {"aarch64-linux-gnu-g++": "g++-aarch64-linux-gnu", "qemu-aarch64": "qemu-user"}


def commands():
    """The compiler, and what runs its programs."""
    if platform.machine() in ("aarch64", "arm64"):
        return [os.environ.get("CXX", "c++")], []
    demand_tools(TOOLS)
    return ["aarch64-linux-gnu-g++"], ["qemu-aarch64"]


def main(root, *sources):
    try:
        demand_wanted(VARIABLE)
        compiler, runner = commands()
    except Skipped as why:
        return skip(why, VARIABLE)
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "test"
        built = subprocess.run([*compiler, *FLAGS, f"-I{root}", "-o", program, *sources], cwd=root)
        return built.returncode or subprocess.run([*runner, program]).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
