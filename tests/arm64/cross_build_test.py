# SPDX-License-Identifier: Apache-2.0
"""What happens where nothing can be built, with no tool in sight."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).with_name("cross_build.py")


class Skipping(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "arm64"

    def run_script(self, *arguments, mode=""):
        environment = {**os.environ, "PATH": str(self.folder), "HPCT_ARM64_TESTS": mode}
        done = subprocess.run([sys.executable, SCRIPT, self.folder, *arguments], env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout

    def test_a_build_that_cannot_be_made_is_skipped_and_says_why(self):
        status, text = self.run_script()
        self.assertEqual(status, 77)
        self.assertIn("g++-aarch64-linux-gnu", text)

    def test_a_build_that_must_be_made_and_cannot_fails_and_says_why(self):
        status, text = self.run_script(mode="required")
        self.assertEqual(status, 1)
        self.assertIn("g++-aarch64-linux-gnu", text)

    def test_what_was_not_built_is_not_run_and_says_why(self):
        self.run_script()
        for what in (("program", "qwen_kernels_test"), ("test", "whole_tool_test")):
            status, text = self.run_script(*what)
            self.assertEqual(status, 77)
            self.assertIn("g++-aarch64-linux-gnu", text)

    def test_what_is_switched_off_is_skipped(self):
        for what in ((), ("program", "qwen_kernels_test")):
            self.assertEqual(self.run_script(*what, mode="off"), (77, "skipped: HPCT_ARM64_TESTS=off\n"))


if __name__ == "__main__":
    unittest.main()
