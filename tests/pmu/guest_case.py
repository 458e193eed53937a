# SPDX-License-Identifier: Apache-2.0
"""What all cases share: one boot, whose answers the test methods look at."""
import os
import unittest
from pathlib import Path

from machine import boot


ITERATIONS = (1000, 1000, 101_000, 1_101_000)
LOOPS = " ".join(map(str, ITERATIONS))  # arguments of count-loops, for assert_exact


class GuestCase(unittest.TestCase):
    """A case states the CPU, the kernel's settings and the commands, and says in its methods what must come back."""
    CPU = ""
    PARANOID = 2
    COMMANDS = ""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = Path(os.environ["HPCT_PMU_FOLDER"])
        cls.answers = boot(folder, cls.CPU, cls.COMMANDS, cls.PARANOID)

    def answer(self, name, status=0):
        """What the command named `name` said; it must have ended with `status`."""
        self.assertIn(name, self.answers, "the guest did not get so far")
        answer = self.answers[name]
        self.assertEqual(answer.status, status, f"{name}: {answer.text}\n{answer.errors}")
        return answer

    def measured(self, name):
        """The values count-loops saw, one dictionary per argument, in order."""
        return [line["values"] for line in self.answer(name).lines()]

    def run_values(self, name):
        """The values of the one run in a report that was printed."""
        runs = self.answer(name).json()["runs"]
        self.assertEqual(len(runs), 1)
        return runs[0]["values"]

    def assert_number(self, value, provenance="measured"):
        self.assertEqual(value["provenance"], provenance, value)
        return value["number"]

    def assert_missing(self, value, reason):
        """Missing for that reason, said in words, and not a number: above all not 0."""
        self.assertIsNone(value.get("number"), value)
        self.assertEqual((value["provenance"], value.get("reason")), ("missing", reason), value)
        self.assertTrue(value.get("detail"), value)

    def assert_exact(self, values):
        """Loops of LOOPS differ by exactly what they execute: 2 instructions an iteration, of 2 cycles each. Returns the
        instructions that counting itself costs."""
        counts = {name: [self.assert_number(value[name]) for value in values] for name in ("instructions", "cycles")}
        for name, per_iteration in (("instructions", 2), ("cycles", 4)):
            differences = [count - counts[name][0] for count in counts[name]]
            self.assertEqual(differences, [per_iteration * (n - ITERATIONS[0]) for n in ITERATIONS], name)
        return counts["instructions"][0] - 2 * ITERATIONS[0]
