# SPDX-License-Identifier: Apache-2.0
"""Runs what cross_build.py made, on a CPU that qemu-user emulates under this machine's own kernel."""
import subprocess

from skipped import demand_tools

QEMU = "qemu-aarch64"
OWN_LIBRARIES = "/usr/aarch64-linux-gnu"  # the compiler's: libc, libstdc++ and the loader
EVERYTHING = "max"                        # all instructions that this QEMU knows
WITHOUT_DOT_PRODUCTS = "cortex-a57"       # Armv8.0


class Emulated:
    """The programs of `folder`. Raises Skipped without the emulator."""

    def __init__(self, folder):
        demand_tools({QEMU: "qemu-user"})
        self.build = folder / "build"
        self.libraries = ":".join(str(folder / "sysroot" / part / "aarch64-linux-gnu") for part in ("usr/lib", "lib"))

    def run(self, program, *arguments, cpu=EVERYTHING, **options):
        """`options` are those of subprocess.run."""
        return subprocess.run([QEMU, "-cpu", cpu, "-L", OWN_LIBRARIES, "-E", f"LD_LIBRARY_PATH={self.libraries}",
                               self.build / program, *arguments], **options)
