# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C stops cleanly: exit code 130, and nothing under the final name."""
import signal
import subprocess
import time

from command_line import PROGRAM, CommandLineTest


class Interrupt(CommandLineTest):
    def interrupted(self, *arguments, after):
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(out, "")
        self.assertIn("interrupted", errors)

    def test_while_measuring(self):
        self.interrupted("run", "mandelbrot", "--variant", "serial", "--budget", "60s", "--repetitions", "1000", "--no-ceilings", after=2)
        self.assertEqual(sorted(self.folder.glob("*.hpct*")), [])

    def test_while_generating_rows(self):
        self.interrupted("run", "1brc", "--set", "rows=100M", "--no-ceilings", after=0.3)
        self.assertEqual(list((self.folder / "cache/hpct-prof").glob("*")), [])

    def test_an_older_report_stays(self):
        self.small_report("mandelbrot.hpct.json")
        before = (self.folder / "mandelbrot.hpct.json").read_bytes()
        self.interrupted("run", "mandelbrot", "--variant", "serial", "--repetitions", "1000",
                         "--no-ceilings", after=2)
        self.assertEqual((self.folder / "mandelbrot.hpct.json").read_bytes(), before)

    def test_a_program_of_the_user(self):
        self.interrupted("run", "--repetitions", "100", "--", "sleep", "1", after=0.5)
