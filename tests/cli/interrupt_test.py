# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C stops cleanly: exit code 130, nothing under the final name, and what was complete beside it."""
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from command_line import PROGRAM, SMALL, CommandLineTest


def used(seconds):
    """A process has had so much CPU time: on a busy machine, too, it has come as far as that takes it."""
    def reached(process):
        user, system = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return int(user) + int(system) >= seconds * os.sysconf("SC_CLK_TCK")
    return reached


class Interrupt(CommandLineTest):
    def interrupted(self, *arguments, when):
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        while process.poll() is None and not when(process):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(out, "")
        self.assertIn("hpct-prof: interrupted", errors)
        return errors

    def starts(self):
        """How often the program that notes it has been started."""
        path = self.folder / "started"
        return len(path.read_text()) if path.exists() else 0

    def test_complete_repetitions_are_kept_beside_the_report(self):
        errors = self.interrupted("run", *SMALL, "--variant", "serial,dynamic", "--repetitions", "1000000", when=used(2))
        self.assertIn("complete repetitions are in mandelbrot.interrupted.hpct.json", errors)
        self.assertFalse((self.folder / "mandelbrot.hpct.json").exists())
        kept = json.loads((self.folder / "mandelbrot.interrupted.hpct.json").read_text())
        self.assertEqual([run["variant"] for run in kept["runs"]], ["serial", "dynamic"])
        self.assertTrue(any("interrupted" in warning for warning in kept["warnings"]))
        self.assertEqual(self.hpct("show", "mandelbrot.interrupted.hpct.json").returncode, 0)

    def test_in_a_repetition_that_takes_hours(self):
        errors = self.interrupted("run", "mandelbrot", "--variant", "serial", "--set", "width=16000", "--set", "height=16000", "--set",
                                  "iterations=10000", "--no-ceilings", when=used(1))
        self.assertIn("nothing was written", errors)
        self.assertEqual(sorted(self.folder.glob("*.hpct*")), [])

    def test_while_generating_rows(self):
        self.interrupted("run", "1brc", "--set", "rows=100M", "--no-ceilings", when=used(0.3))
        self.assertEqual(list((self.folder / "cache/hpct-prof").glob("*")), [])

    def test_an_older_report_stays(self):
        self.small_report("mandelbrot.hpct.json")
        before = (self.folder / "mandelbrot.hpct.json").read_bytes()
        self.interrupted("run", "mandelbrot", "--variant", "serial", "--repetitions", "1000",
                         "--no-ceilings", when=used(2))
        self.assertEqual((self.folder / "mandelbrot.hpct.json").read_bytes(), before)

    def test_a_program_of_the_user(self):
        self.interrupted("run", "--repetitions", "100", "--", "sh", "-c", "echo >> started; sleep 1", when=lambda _: self.starts() == 1)
        self.assertEqual(sorted(self.folder.glob("*.hpct*")), [])

    def test_a_program_of_the_user_that_had_ended_before(self):
        self.interrupted("run", "--repetitions", "100000", "--no-sampling", "--", "sh", "-c", "echo >> started", when=lambda _: self.starts() > 3)
        kept = json.loads((self.folder / "sh.interrupted.hpct.json").read_text())
        self.assertGreater(len(kept["runs"][0]["repetitions"]), 0)
