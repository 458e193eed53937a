# SPDX-License-Identifier: Apache-2.0
"""The emulated-PMU bench: what has to exist before a case can boot.

    bench.py FOLDER          makes FOLDER/kernel and FOLDER/initramfs
    bench.py FOLDER CASE     boots them and runs the module CASE, say cortex_a57_test

Exit status 77: this machine cannot, and why is printed.
HPCT_PMU_BENCH=required makes that a failure; HPCT_PMU_BENCH=off skips without trying.
"""
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import initramfs
import packages
from machine import QEMU
from skipped import Skipped

ROOT = Path(__file__).resolve().parents[2]
GUEST = Path(__file__).resolve().parent / "guest"
PROGRAMS = ["hpct/cli/hpct-prof", "count-loops", "count-copies", "known-loop", "as-user"]
TOOLS = {QEMU: "qemu-system-arm", "aarch64-linux-gnu-g++": "g++-aarch64-linux-gnu", "cpio": "cpio", "ninja": "ninja-build"}
EXIT_SKIPPED = 77


def demand_tools():
    missing = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    if missing:
        raise Skipped(f"not installed: {', '.join(missing)}")


def run(*command):
    """Says nothing unless it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stdout)


def cross_build(folder, sysroot):
    """The real programs for arm64. Little optimised, which halves the time: what they count is assembly."""
    if not (folder / "build.ninja").exists():
        run("cmake", "-S", GUEST, "-B", folder, "-G", "Ninja", f"-DHPCT_SYSROOT={sysroot}", "-DCMAKE_BUILD_TYPE=Release",
            "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG", "--toolchain", ROOT / "cmake/toolchains/aarch64-linux-gnu.cmake")
    run("ninja", "-C", folder, "guest")


def prepare(folder):
    if os.environ.get("HPCT_PMU_BENCH") == "off":
        raise Skipped("HPCT_PMU_BENCH=off")
    demand_tools()
    sysroot, build = folder / "sysroot", folder / "arm64"
    if packages.make_sysroot(ROOT, sysroot):
        shutil.rmtree(build, ignore_errors=True)
    cross_build(build, sysroot)
    initramfs.pack([build / program for program in PROGRAMS], sysroot, GUEST / "init", folder / "root", folder / "initramfs")
    shutil.copyfile(packages.kernel(sysroot), folder / "kernel")


def skip(reason):
    """The exit status for 'did not run', said aloud; a failure where the bench must run."""
    if os.environ.get("HPCT_PMU_BENCH") == "required":
        print(f"the emulated-PMU bench must run here (HPCT_PMU_BENCH=required) and cannot: {reason}")
        return 1
    print(f"skipped: {reason}")
    return EXIT_SKIPPED


def main(folder, case=None):
    folder.mkdir(parents=True, exist_ok=True)
    reason = folder / "skipped"  # prepare tells the cases
    if case:
        if reason.exists():
            return skip(reason.read_text())
        os.environ["HPCT_PMU_FOLDER"] = str(folder)
        return 0 if unittest.main(case, argv=[case, "-v"], exit=False).result.wasSuccessful() else 1
    reason.unlink(missing_ok=True)
    try:
        prepare(folder)
    except Skipped as why:
        reason.write_text(str(why))
        return skip(why)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), *sys.argv[2:]))
