#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the ladders and puts their tables and pictures into the pages.

    docs/ladders/refresh.py FOLDER [NAME...]

Measures on this machine, which should have nothing else to do, whatever FOLDER has no report of (delete one to
measure it again), then rewrites tables and pictures: of the reports named, or of all. A table stands between
three backticks below a line `<!-- NAME -->`; a picture of the ladder is docs/images/ladder-NAME.png, and other
views of it are PICTURES.
The programs are HPCT_PROF and HPCT_GUI, else those of build/release.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROF = os.environ.get("HPCT_PROF", ROOT / "build/release/cli/hpct-prof")
GUI = os.environ.get("HPCT_GUI", ROOT / "build/release/gui/hpct-gui")
IMAGES = ROOT / "docs/images"

LADDERS = {
    "1brc": "1brc --set rows=20M",
    "mandelbrot": "mandelbrot --budget 3s",
    "saxpy": "saxpy",
    "sqrt": "sqrt --budget 3s",
    "vector-exp": "vector-exp --budget 3s",
    "qwen-decode": "qwen-decode --budget 4s",
    "qwen-matvec": "qwen-matvec --budget 2s",
    "qwen-attention": "qwen-attention --budget 3s",
    "qwen-rmsnorm": "qwen-rmsnorm --budget 2s",
    "qwen-rope": "qwen-rope --budget 2s",
    "qwen-swiglu": "qwen-swiglu --budget 2s",
    "qwen-sampling": "qwen-sampling --budget 2s",
    "qwen-prefill": "qwen-prefill --set layers=4 --budget 3s",
    "qwen-serving": "qwen-serving --set layers=4 --set batch=8 --set requests=16 --budget 5s",
    "qwen-speculative": "qwen-speculative --set layers=6 --set tokens=32 --budget 5s",
}
# Other views of a ladder, by the ladder's name: view, size, file.
PICTURES = {"mandelbrot": ("roofline", "760x480", "mandelbrot-roofline.png")}
PICTURE_WIDTH = 1000
# Of the window in pixels: around the bars with some lines of text, and for each rung its bar and its line.
FRAME, BAR, LINE = 205, 24, 16


def report_of(folder, name):
    return folder / f"{name}.hpct.json"


def measure(folder, name):
    """With simulated instruction counts, which tell what waits from what executes more."""
    workload, *settings = LADDERS[name].split()
    command = [PROF, "run", workload, "--variant", "all", *settings, "--counters", "simulated", "-o", report_of(folder, name)]
    subprocess.run(list(map(str, command)), check=True)


def table(folder, name):
    shown = subprocess.run([str(PROF), "show", str(report_of(folder, name)), "--view", "ladder"], check=True, text=True,
                           capture_output=True, env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"})
    return shown.stdout


def fill_in(text, name, shown):
    """The page with the table below each mark of that name replaced."""
    return re.sub(rf"(<!-- {re.escape(name)} -->\n```\n).*?(```\n)", lambda found: found[1] + shown + found[2], text,
                  flags=re.S)


def picture(folder, name, shown):
    """High enough for the whole card."""
    rungs = len(re.findall(r"^\S+ +\d+T ", shown, re.M))
    draw(folder, name, "ladder", f"{PICTURE_WIDTH}x{FRAME + rungs * (BAR + LINE)}", f"ladder-{name}.png")


def draw(folder, name, view, size, file):
    subprocess.run([str(GUI), str(report_of(folder, name)), "--view", view, "--size", size, "--theme", "light",
                    "--screenshot", str(IMAGES / file)], check=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})


def refresh(folder, names):
    pages = sorted((ROOT / "docs").rglob("*.md"))
    for name in names:
        if not report_of(folder, name).exists():
            measure(folder, name)
        shown = table(folder, name)
        for page in pages:
            before = page.read_text()
            after = fill_in(before, name, shown)
            if after != before:
                page.write_text(after)
        if (IMAGES / f"ladder-{name}.png").exists() or any(f"ladder-{name}.png" in page.read_text() for page in pages):
            picture(folder, name, shown)
        if name in PICTURES:
            draw(folder, name, *PICTURES[name])


if __name__ == "__main__":
    if len(sys.argv) < 2 or any(name not in LADDERS for name in sys.argv[2:]):
        sys.exit(f"{__doc__}\nNAME is one of: {', '.join(LADDERS)}")
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    refresh(out, sys.argv[2:] or list(LADDERS))
