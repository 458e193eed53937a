# SPDX-License-Identifier: Apache-2.0
"""The bench's own parts, without a guest."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from machine import parse

BENCH = Path(__file__).with_name("bench.py")


class Serial(unittest.TestCase):
    def test_answers_are_found_between_boot_messages(self):
        answers = parse("[0.1] boot\n@@begin a\nout\n\n@@errors a\nerr\n\n@@end a 3\nnoise\n@@begin b\n\n@@errors b\n\n@@end b 0\n")
        self.assertEqual((answers["a"].text.strip(), answers["a"].errors.strip(), answers["a"].status), ("out", "err", 3))
        self.assertEqual(answers["b"].status, 0)

    def test_carriage_returns_of_the_terminal_are_dropped(self):
        self.assertEqual(parse("@@begin a\r\n{}\r\n@@errors a\r\n\r\n@@end a 0\r\n")["a"].lines(), [{}])

    def test_an_answer_that_breaks_off_is_none(self):
        self.assertEqual(parse("@@begin a\nout\n"), {})


class Skipping(unittest.TestCase):
    """With no tool in sight."""

    def run_bench(self, mode):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "PATH": folder, "HPCT_PMU_BENCH": mode}
            return subprocess.run([sys.executable, BENCH, folder], env=environment, capture_output=True, text=True)

    def test_a_bench_that_cannot_run_is_skipped_and_says_why(self):
        done = self.run_bench("")
        self.assertEqual(done.returncode, 77)
        self.assertIn("qemu-system-arm", done.stdout)

    def test_a_bench_that_must_run_and_cannot_fails_and_says_why(self):
        done = self.run_bench("required")
        self.assertEqual(done.returncode, 1)
        self.assertIn("qemu-system-arm", done.stdout)
