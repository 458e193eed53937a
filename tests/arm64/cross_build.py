# SPDX-License-Identifier: Apache-2.0
"""Cross-compiles hpct-prof and tests of its kernels for arm64, once for tests/arm64 and tests/pmu, and runs them.

    cross_build.py FOLDER                 makes FOLDER/sysroot (arm64 packages) and FOLDER/build
    cross_build.py FOLDER program NAME    runs FOLDER/build/NAME under qemu-user, with arguments if there are more
    cross_build.py FOLDER test NAME       runs the unittest NAME, say whole_tool_test.WholeTool.test_list

Exit status 77: this machine cannot, and why is printed. HPCT_ARM64_TESTS=required makes that a failure;
HPCT_ARM64_TESTS=off skips without trying.
"""
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import packages
from emulated import Emulated
from skipped import Skipped, demand_tools, demand_wanted, skip

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOOLS = {"aarch64-linux-gnu-g++": "g++-aarch64-linux-gnu", "cmake": "cmake", "ninja": "ninja-build"}
VARIABLE = "HPCT_ARM64_TESTS"


def run(*command):
    """Says nothing unless it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stdout)


def compile_programs(build, sysroot):
    """Little optimised, which halves the time: the kernels have flags of their own, and no time is measured here."""
    if not (build / "build.ninja").exists():
        run("cmake", "-S", HERE, "-B", build, "-G", "Ninja", f"-DHPCT_SYSROOT={sysroot}", "-DCMAKE_BUILD_TYPE=Release",
            "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG", "-DHPCT_WERROR=ON",
            "--toolchain", ROOT / "cmake/toolchains/aarch64-linux-gnu.cmake")
    run("ninja", "-C", build, "emulated")


def make(folder):
    """Fills `folder`, at no cost where nothing changed. Raises Skipped where this machine cannot."""
    demand_tools(TOOLS)
    sysroot, build = folder / "sysroot", folder / "build"
    if packages.make_sysroot(ROOT, sysroot):
        shutil.rmtree(build, ignore_errors=True)
    compile_programs(build, sysroot)


def run_test(folder, name):
    os.environ["HPCT_ARM64_FOLDER"] = str(folder)
    return 0 if unittest.main(None, argv=["arm64", "-v", name], exit=False).result.wasSuccessful() else 1


def build(folder):
    """Tells the tests, which look for a reason not to run."""
    reason = folder / "skipped"
    folder.mkdir(parents=True, exist_ok=True)
    reason.unlink(missing_ok=True)
    try:
        demand_wanted(VARIABLE)
        make(folder)
    except Skipped as why:
        reason.write_text(str(why))
        raise
    return 0


def use(folder, what, name, *arguments):
    demand_wanted(VARIABLE)
    reason = folder / "skipped"
    if reason.exists():
        raise Skipped(reason.read_text())
    emulated = Emulated(folder)
    return run_test(folder, name) if what == "test" else emulated.run(name, *arguments).returncode


def main(folder, *what):
    try:
        return use(folder, *what) if what else build(folder)
    except Skipped as why:
        return skip(why, VARIABLE)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), *sys.argv[2:]))
