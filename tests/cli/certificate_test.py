# SPDX-License-Identifier: Apache-2.0
"""hpct-prof doctor --certify: hardware counters on work of known size."""
import json

from command_line import SMALL, CommandLineTest


class Certificate(CommandLineTest):
    def test_every_counter_gets_a_line_or_one_line_says_that_there_is_none(self):
        result = self.hpct("doctor", "--certify")
        self.assertEqual(result.returncode, 0, result.stderr)
        after = result.stdout.partition("CERTIFICATE")[2]
        counters_work = json.loads(self.small("r.hpct.json"))["machine"].get("pmu", "") == ""
        self.assertIn("instructions" if counters_work else "nothing to certify", after)

    def test_without_the_flag_nothing_is_tried(self):
        self.assertNotIn("CERTIFICATE", self.hpct("doctor").stdout)

    def test_a_report_carries_the_certificate_where_counters_work(self):
        report = json.loads(self.small("r.hpct.json"))
        known = report["runs"][0]["values"]["instructions"]["provenance"] == "measured"
        self.assertEqual(bool(report.get("certificate")), known)

    def small(self, name):
        self.small_report(name)
        return (self.folder / name).read_text()
