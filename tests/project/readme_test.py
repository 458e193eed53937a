# SPDX-License-Identifier: Apache-2.0
"""The README's hpct-prof commands work as printed, in order, in one folder (with small inputs)."""
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

root, programs = Path(sys.argv[1]), sys.argv[2]
text = (root / "README.md").read_text()
blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
commands = [line for block in blocks for line in block.splitlines() if line.startswith("hpct-prof ")]
assert len(commands) >= 5, "the README shows fewer than five commands"

# Real sizes take minutes; the words stay, the amount of work shrinks.
SMALLER = {
    "1brc": ["--set", "rows=20000", "--budget", "100ms", "--max-repetitions", "6", "--no-ceilings"],
    "mandelbrot": ["--set", "width=160", "--set", "height=120", "--budget", "100ms", "--max-repetitions", "6", "--no-ceilings"],
    "qwen-decode": ["--set", "layers=1", "--set", "context=16", "--budget", "100ms", "--max-repetitions", "6", "--no-ceilings"],
    "ceilings": ["--set", "quick=1", "--budget", "10ms", "--max-repetitions", "6"],
}


def shrunk(words):
    if words[1] != "run" or "--" in words:
        return words
    workload = next(word for word in words[2:] if word in SMALLER)
    return words + SMALLER[workload]


def without_comment(line):
    return shlex.split(line, comments=True)


with tempfile.TemporaryDirectory() as folder:
    environment = {**os.environ, "PATH": f"{programs}:/usr/bin:/bin", "HOME": folder, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("XDG_CACHE_HOME", None)
    Path(folder, "my_program").write_text("#!/bin/sh\nexit 0\n")
    Path(folder, "my_program").chmod(0o755)
    for line in commands:
        words = shrunk(without_comment(line))
        if words[1] == "gui":
            continue  # opens a window; the GUI's own tests cover it
        result = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)
        decided = words[1] == "gate" and result.returncode in (0, 1, 3)  # tiny inputs are noisy: any verdict will do
        if result.returncode != 0 and not decided:
            sys.exit(f"{line}\n  as {shlex.join(words)}\n  exit {result.returncode}\n{result.stdout}{result.stderr}")
print(f"{len(commands)} commands work")
