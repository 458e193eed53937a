# SPDX-License-Identifier: Apache-2.0
"""Boots the guest under QEMU, runs commands in it, and brings back what they said."""
import json
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import initramfs

QEMU = "qemu-system-aarch64"
# One instruction is two nanoseconds of guest time, which are two cycles, whatever the host's load; waiting costs no
# time. Two and not one, so that cycles taken for instructions are noticed. With a second CPU the instruction count
# would not be exact: it is global to QEMU.
DETERMINISTIC = ["-icount", "shift=1,sleep=off", "-smp", "1"]
LIMIT_S = 200  # a CPU model that hangs must not hang the tests


@dataclass
class Answer:
    """What one command of the guest said."""
    text: str
    errors: str
    status: int

    def lines(self):
        """One JSON value per line."""
        return [json.loads(line) for line in self.text.splitlines() if line.strip()]

    def json(self):
        return json.loads(self.text)


def parse(serial):
    """The answers in the serial console's output, by name."""
    pattern = r"^@@begin (\S+)\n(.*?)\n@@errors \1\n(.*?)\n@@end \1 (\d+)$"
    return {name: Answer(text, errors, int(status))
            for name, text, errors, status in re.findall(pattern, serial.replace("\r", ""), re.M | re.S)}


def boot(folder, cpu, commands, paranoid=2):
    """Boots `cpu` (a QEMU CPU model with its options) and runs `commands`: shell lines that call `answer`.

    `folder` is what prepare() in bench.py filled. Raises AssertionError with the console's text when the guest
    did not come to its end.
    """
    script = f"echo {paranoid} > /proc/sys/kernel/perf_event_paranoid\n{commands}\n"
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch) / "initramfs"
        initramfs.add_file(folder / "initramfs", "commands", script, Path(scratch), image)
        command = [QEMU, "-machine", "virt", "-cpu", cpu, *DETERMINISTIC, "-m", "512", "-nic", "none", "-display", "none",
                   "-monitor", "none", "-serial", "stdio", "-no-reboot", "-kernel", folder / "kernel", "-initrd", image,
                   "-append", "console=ttyAMA0 rdinit=/init quiet loglevel=1 panic=-1"]
        begin = time.monotonic()
        try:
            done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL)
            serial, errors = done.stdout, done.stderr
        except subprocess.TimeoutExpired as late:
            serial, errors = late.stdout or b"", b"killed at its time limit"
    text = serial.decode(errors="replace")
    if "@@off" not in text:
        raise AssertionError(f"{cpu} did not come to its end: {errors.decode()}\n{text}")
    print(f"{cpu}: {time.monotonic() - begin:.1f} s in QEMU")
    return parse(text)
