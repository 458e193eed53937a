# SPDX-License-Identifier: Apache-2.0
"""The gate's exit code is its verdict. Reports are edited, so that the truth is known."""
import copy
import json

from command_line import CommandLineTest


class Gate(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.base = self.small_report("base.hpct.json")
        self.set_times(self.base, [1_000_000_000 + 1_000_000 * (i % 7) for i in range(15)])
        self.write("base.hpct.json", json.dumps(self.base))

    @staticmethod
    def set_times(report, times):
        run = report["runs"][0]
        run["repetitions"] = [{**run["repetitions"][0], "wall_ns": t, "cpu_ns": t} for t in times]
        middle = sorted(times)[len(times) // 2] / 1e9
        run["values"]["time.wall"] = {"number": middle, "unit": "s", "provenance": "measured"}
        run["regions"] = []

    def gate(self, change, *arguments):
        candidate = copy.deepcopy(self.base)
        change(candidate)
        self.write("candidate.hpct.json", json.dumps(candidate))
        return self.hpct("gate", "base.hpct.json", "candidate.hpct.json", *arguments)

    def scaled(self, factor):
        times = [int(r["wall_ns"] * factor) for r in self.base["runs"][0]["repetitions"]]
        return lambda report: self.set_times(report, times)

    def test_the_same_report_passes(self):
        self.assertEqual(self.gate(lambda report: None).returncode, 0)

    def test_ten_per_cent_slower_regresses(self):
        result = self.gate(self.scaled(1.10), "--threshold", "5%")
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("regressed", result.stdout)

    def test_ten_per_cent_slower_passes_a_threshold_of_twenty(self):
        self.assertEqual(self.gate(self.scaled(1.10), "--threshold", "20%").returncode, 0)

    def test_ten_per_cent_faster_passes(self):
        self.assertEqual(self.gate(self.scaled(0.90)).returncode, 0)

    def test_two_repetitions_are_undecided(self):
        self.assertEqual(self.gate(lambda report: self.set_times(report, [10**9, 10**9])).returncode, 3)

    def test_another_cpu_is_not_comparable(self):
        result = self.gate(lambda report: report["machine"]["cpu"].update(model="Another CPU"))
        self.assertEqual(result.returncode, 4, result.stdout)
        self.assertIn("CPU", result.stdout)

    def test_other_parameters_are_not_comparable(self):
        change = lambda report: report["runs"][0]["parameters"].update(width=65)
        self.assertEqual(self.gate(change).returncode, 4)

    def test_a_wrong_result_is_never_a_pass(self):
        change = lambda report: report["runs"][0]["check"].update(ok=False)
        self.assertEqual(self.gate(change).returncode, 5)

    def test_machines_get_json(self):
        verdict = json.loads(self.gate(self.scaled(1.10), "--json").stdout)
        self.assertEqual((verdict["verdict"], verdict["exit_code"]), ("regressed", 1))
