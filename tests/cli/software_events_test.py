# SPDX-License-Identifier: Apache-2.0
"""Software-defined events (PAPI SDE) of the user's own program."""
import json
import os
import unittest

from command_line import CommandLineTest

PROGRAM = os.environ.get("HPCT_SDE_PROGRAM", "")


@unittest.skipUnless(PROGRAM, "built without PAPI")
class SoftwareEvents(CommandLineTest):
    def events(self, *arguments, command=(PROGRAM, "1000")):
        result = self.hpct("run", "--no-ceilings", "--no-sampling", "-o", "p.hpct.json", *arguments, "--", *command)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.report = json.loads((self.folder / "p.hpct.json").read_text())
        values = self.report["runs"][0]["values"]
        return {name: value["number"] for name, value in values.items() if name.startswith("sde.solver::")}

    def test_of_a_program_linked_with_libsde_are_read_without_being_asked(self):
        self.assertEqual(self.events(), {"sde.solver::tasks": 1000, "sde.solver::energy": 500.25,
                                         "sde.solver::depth": 7, "sde.solver::half": 500})

    def test_of_the_programs_a_script_starts_are_added_up(self):
        script = f"{PROGRAM} 10; {PROGRAM} 32"
        self.assertEqual(self.events("--sde", command=("sh", "-c", script))["sde.solver::tasks"], 42)

    def test_a_program_that_does_not_look_as_if_it_had_any_is_left_alone(self):
        self.assertEqual(self.events(command=("sh", "-c", 'test -z "$LD_PRELOAD"')), {})

    def test_asked_for_and_not_there_is_said(self):
        self.assertEqual(self.events("--sde", command=("true",)), {})
        self.assertIn("without software-defined events", " ".join(self.report["warnings"]))

    def test_are_shown_with_the_counters(self):
        self.events()
        self.assertRegex(self.hpct("show", "p.hpct.json", "--view", "counters").stdout, r"solver::tasks +1000")

    def test_are_for_programs_only(self):
        self.assert_refused(self.hpct("run", "--sde", "mandelbrot"), "--sde is for a program")
