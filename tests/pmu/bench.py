# SPDX-License-Identifier: Apache-2.0
"""The emulated-PMU bench: what has to exist before a case can boot.

    bench.py FOLDER          makes FOLDER/kernel and FOLDER/initramfs, and FOLDER/../arm64 where it is not there
    bench.py FOLDER CASE     boots them and runs the module CASE, say cortex_a57_test

Exit status 77: this machine cannot, and why is printed.
HPCT_PMU_BENCH=required makes that a failure; HPCT_PMU_BENCH=off skips without trying.
"""
import os
import shutil
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/arm64"))  # whose cross build this shares

import cross_build
import initramfs
import packages
from machine import QEMU
from skipped import Skipped, demand_tools, demand_wanted, skip

GUEST = Path(__file__).resolve().parent / "guest"
PROGRAMS = ["hpct/cli/hpct-prof", *(f"guest/{name}" for name in ("count-loops", "count-copies", "known-loop", "as-user"))]
TOOLS = {QEMU: "qemu-system-arm", "cpio": "cpio"}
VARIABLE = "HPCT_PMU_BENCH"


def prepare(folder):
    demand_wanted(VARIABLE)
    demand_tools(TOOLS)
    arm64 = folder.parent / "arm64"
    cross_build.make(arm64)
    initramfs.pack([arm64 / "build" / program for program in PROGRAMS], arm64 / "sysroot", GUEST / "init", folder / "root",
                   folder / "initramfs")
    shutil.copyfile(packages.kernel(arm64 / "sysroot"), folder / "kernel")


def main(folder, case=None):
    folder.mkdir(parents=True, exist_ok=True)
    reason = folder / "skipped"  # prepare tells the cases
    if case:
        if reason.exists():
            return skip(reason.read_text(), VARIABLE)
        os.environ["HPCT_PMU_FOLDER"] = str(folder)
        return 0 if unittest.main(case, argv=[case, "-v"], exit=False).result.wasSuccessful() else 1
    reason.unlink(missing_ok=True)
    try:
        prepare(folder)
    except Skipped as why:
        reason.write_text(str(why))
        return skip(why, VARIABLE)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), *sys.argv[2:]))
