# SPDX-License-Identifier: Apache-2.0
"""What users do from day to day."""
import json

from command_line import SMALL, CommandLineTest


class Workflow(CommandLineTest):
    def test_a_ladder_is_shown_rung_by_rung(self):
        self.small_report("ladder.hpct.json", "--variant", "all")
        text = self.hpct("show", "ladder.hpct.json", "--view", "ladder").stdout
        self.assertLess(text.index("serial"), text.index("block-rows"))
        self.assertLess(text.index("block-rows"), text.index("dynamic"))

    def test_every_view_fits_80_columns(self):
        self.small_report("ladder.hpct.json", "--variant", "all")
        for view in ["summary", "ladder", "roofline", "roofs", "kernels", "counters", "hot",
                     "threads", "findings"]:
            result = self.hpct("show", "ladder.hpct.json", "--view", view)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertLessEqual(max(map(len, result.stdout.splitlines())), 80, view)

    def test_list_and_doctor_fit_80_columns(self):
        for command in ["list", "doctor"]:
            text = self.hpct(command).stdout
            self.assertLessEqual(max(map(len, text.splitlines())), 80, text)

    def test_list_writes_round_numbers_short(self):
        self.assertIn("(default 100M)", self.hpct("list").stdout)

    def test_hardware_counters_are_never_zero_when_there_are_none(self):
        report = self.small_report("a.hpct.json")
        if not report["machine"].get("pmu"):
            self.skipTest("this machine has a PMU")
        value = report["runs"][0]["values"]["instructions"]
        self.assertEqual(value["provenance"], "missing")
        self.assertNotIn("number", value)
        self.assertIn(value["reason"], ["no_pmu", "permission", "pmu_unknown", "not_built"])

    def test_doctor_says_in_words_why_counters_are_missing(self):
        report = self.small_report("a.hpct.json")
        text = " ".join(self.hpct("doctor").stdout.split())  # lines are broken anywhere
        self.assertIn(report["machine"].get("pmu") or "Hardware counters work here", text)

    def test_json_goes_to_stdout_alone(self):
        result = self.hpct("run", *SMALL, "--json")
        self.assertEqual(json.loads(result.stdout)["schema"], "hpct-report")

    def test_the_previous_report_is_kept(self):
        first = self.small_report("a.hpct.json")
        self.small_report("a.hpct.json")
        kept = json.loads((self.folder / "a.previous.hpct.json").read_text())
        self.assertEqual(kept["runs"][0]["repetitions"], first["runs"][0]["repetitions"])
        self.assertTrue((self.folder / kept["runs"][0]["timeline"]["file"]).exists())

    def test_work_declared_is_work_counted_through_papi(self):
        values = self.small_report("a.hpct.json")["runs"][0]["values"]
        if values["sde.items"]["provenance"] == "missing":
            self.skipTest(values["sde.items"].get("detail"))
        self.assertEqual(values["sde.items"]["number"], 64 * 48)
        self.assertEqual(values["sde.flops"]["number"], values["work.flops"]["number"])

    def test_generated_rows_are_reused(self):
        arguments = ["run", "1brc", "--set", "rows=20000", "--no-ceilings", "--budget", "50ms"]
        self.hpct(*arguments)
        data = next((self.folder / "cache/hpct-prof").glob("1brc*.txt"))
        before = data.stat().st_mtime_ns
        self.hpct(*arguments)
        self.assertEqual(data.stat().st_mtime_ns, before)

    def test_roofs_alone_are_drawn(self):
        self.assertEqual(self.hpct("run", "ceilings", "--set", "quick=1", "--repetitions", "1", "-o", "c.hpct.json").returncode, 0)
        self.assertIn("L1", self.hpct("show", "c.hpct.json", "--view", "roofline").stdout)

    def test_help_of_every_command_has_an_example(self):
        for command in ["list", "doctor", "run", "show", "compare", "gate", "import", "export", "gui"]:
            result = self.hpct(command, "--help")
            self.assertEqual(result.returncode, 0)
            self.assertIn("hpct-prof " + command, result.stdout)
