# SPDX-License-Identifier: Apache-2.0
"""Runs hpct-prof in a folder of its own, with a cache of its own."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["HPCT_PROF"]
# A run that takes a fraction of a second.
SMALL = ["mandelbrot", "--set", "width=64", "--set", "height=48", "--budget", "50ms", "--no-ceilings"]


def has_runtime(*libraries):
    """Whether hpct-prof is built with a sanitizer that has one of these libraries."""
    content = Path(PROGRAM).read_bytes()
    return any(library in content for library in libraries)


class CommandLineTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.environment = {**os.environ, "HOME": folder.name, "XDG_CACHE_HOME": folder.name + "/cache", "COLUMNS": "80"}

    def hpct(self, *arguments, **options):
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, timeout=120, **options)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def small_report(self, name, *arguments):
        result = self.hpct("run", *SMALL, "-o", name, *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads((self.folder / name).read_text())

    def assert_refused(self, result, *words, code=2):
        """One line that says what happened, at most one that says what to do, and nothing on stdout."""
        lines = [line for line in result.stderr.splitlines() if not line.endswith("...")]
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertTrue(lines and lines[0].startswith("hpct-prof: "), result.stderr)
        self.assertLessEqual(len(lines), 2, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
