# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C stops cleanly: exit code 130, nothing under the final name, and what was complete beside it."""
import json
import signal
import subprocess
import time

from command_line import PROGRAM, SMALL, CommandLineTest


class Interrupt(CommandLineTest):
    def interrupted(self, *arguments, after):
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(out, "")
        self.assertIn("hpct-prof: interrupted", errors)
        return errors

    def test_complete_repetitions_are_kept_beside_the_report(self):
        errors = self.interrupted("run", *SMALL, "--variant", "serial,dynamic", "--repetitions", "1000000", after=2)
        self.assertIn("complete repetitions are in mandelbrot.interrupted.hpct.json", errors)
        self.assertFalse((self.folder / "mandelbrot.hpct.json").exists())
        kept = json.loads((self.folder / "mandelbrot.interrupted.hpct.json").read_text())
        self.assertEqual([run["variant"] for run in kept["runs"]], ["serial", "dynamic"])
        self.assertTrue(any("interrupted" in warning for warning in kept["warnings"]))
        self.assertEqual(self.hpct("show", "mandelbrot.interrupted.hpct.json").returncode, 0)

    def test_in_a_repetition_that_takes_hours(self):
        errors = self.interrupted("run", "mandelbrot", "--variant", "serial", "--set", "width=16000", "--set", "height=16000", "--set",
                                  "iterations=10000", "--no-ceilings", after=1)
        self.assertIn("nothing was written", errors)
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
        self.assertEqual(sorted(self.folder.glob("*.hpct*")), [])

    def test_a_program_of_the_user_that_had_ended_before(self):
        self.interrupted("run", "--repetitions", "100000", "--no-sampling", "--", "true", after=1.5)
        kept = json.loads((self.folder / "true.interrupted.hpct.json").read_text())
        self.assertGreater(len(kept["runs"][0]["repetitions"]), 0)
