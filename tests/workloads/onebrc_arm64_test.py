# SPDX-License-Identifier: Apache-2.0
"""The arm64 kernels of 1brc, cross-compiled and run under qemu-user: exact on random files. Skipped without either."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPILER = shutil.which("aarch64-linux-gnu-g++")
EMULATOR = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
LIBRARIES = Path("/usr/aarch64-linux-gnu")
SOURCES = ["collector/progress.cpp", "tests/workloads/onebrc_arm64.cpp", "workloads/kernels/onebrc/neon.cpp", "workloads/kernels/onebrc/scalar.cpp",
           "workloads/onebrc/aggregate.cpp", "workloads/aligned_space.cpp", "workloads/onebrc/slot_table.cpp",
           "workloads/onebrc/tally.cpp", "workloads/cpu_shares.cpp", "workloads/thread_team.cpp"]
HEADERS_ONLY = ["tl", "fmt"]  # the same for every machine, so the host's are used; the rest of /usr/include is not


class OnebrcOnArm64(unittest.TestCase):
    @unittest.skipUnless(COMPILER and EMULATOR and LIBRARIES.is_dir(), "needs g++-aarch64-linux-gnu and qemu-user")
    def test_kernels_are_exact_on_random_files(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in HEADERS_ONLY:
                os.symlink(f"/usr/include/{name}", f"{folder}/{name}")
            includes = [f"-I{ROOT}", f"-I{ROOT}/collector/include", f"-I{ROOT}/reports/include", "-isystem", folder]
            built = subprocess.run([COMPILER, "-std=c++20", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow",
                                    "-Wconversion", "-Wno-sign-conversion", "-Werror", "-DHPCT_DISABLE", "-DFMT_HEADER_ONLY",
                                    *includes, *SOURCES, "-pthread", "-o", f"{folder}/program"],
                                   cwd=ROOT, capture_output=True, text=True)
            self.assertEqual(built.returncode, 0, built.stderr)
            ran = subprocess.run([EMULATOR, "-L", LIBRARIES, f"{folder}/program"], capture_output=True, text=True)
        self.assertEqual((ran.returncode, ran.stdout), (0, "600 files are exact\n"), ran.stderr)


if __name__ == "__main__":
    unittest.main()
