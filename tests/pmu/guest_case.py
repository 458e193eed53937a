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

    def assert_differences(self, values, counter, per_iteration):
        """`counter` over loops of ITERATIONS differs by exactly what the loops differ by."""
        counts = [self.assert_number(value[counter]) for value in values]
        expected = [per_iteration * (n - ITERATIONS[0]) for n in ITERATIONS]
        self.assertEqual([count - counts[0] for count in counts], expected, counter)

    def assert_exact(self, values):
        """An iteration is 2 instructions of 2 cycles each. Returns the instructions that counting itself costs."""
        self.assert_differences(values, "instructions", 2)
        self.assert_differences(values, "cycles", 4)
        return values[0]["instructions"]["number"] - 2 * ITERATIONS[0]
