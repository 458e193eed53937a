# SPDX-License-Identifier: Apache-2.0
"""--set isa= chooses among the variants of a workload by what instructions they need."""
import json
import unittest

from command_line import CommandLineTest

SAXPY = ["saxpy", "--set", "size=1000", "-r", "1", "--no-ceilings", "-o", "a.hpct.json"]


class InstructionSet(CommandLineTest):
    def variants(self, *options):
        self.assertEqual(self.hpct("run", *SAXPY, *options).returncode, 0)
        runs = json.loads((self.folder / "a.hpct.json").read_text())["runs"]
        return [(run["variant"], run.get("isa")) for run in runs]

    def test_the_best_variant_of_the_instruction_set_is_measured(self):
        self.assertEqual([name for name, _ in self.variants("--set", "isa=baseline")], ["threads"])

    def test_all_are_those_that_need_no_more(self):
        isas = {isa for _, isa in self.variants("--set", "isa=baseline", "--variant", "all")}
        self.assertEqual(isas, {"baseline"})

    def test_it_is_no_parameter_of_the_work(self):
        self.variants("--set", "isa=baseline")
        run = json.loads((self.folder / "a.hpct.json").read_text())["runs"][0]
        self.assertNotIn("isa", run["parameters"])

    def test_a_variant_that_needs_more_is_refused(self):
        listed = self.hpct("list").stdout
        if "not on this CPU" in listed or "avx512" not in listed:
            self.skipTest("no AVX-512 here")
        self.assert_refused(self.hpct("run", *SAXPY, "--set", "isa=avx2", "--variant", "avx512"),
                            "avx512 of saxpy needs more than isa=avx2", "it leaves: serial, avx2")

    def test_an_unknown_instruction_set_suggests_the_nearest(self):
        self.assert_refused(self.hpct("run", *SAXPY, "--set", "isa=baselin"), 'did you mean "baseline"?')

    def test_instructions_of_another_cpu_are_refused(self):
        foreign = "avx2" if "neon" in self.hpct("list").stdout.split("saxpy:")[1].split("sqrt:")[0] else "neon"
        self.assert_refused(self.hpct("run", *SAXPY, "--set", f"isa={foreign}"), f"this CPU has no {foreign}")


if __name__ == "__main__":
    unittest.main()
