# SPDX-License-Identifier: Apache-2.0
"""hpct-prof import: results of other tools become reports."""
import json
import unittest
from pathlib import Path

from command_line import CommandLineTest

SAMPLES = Path(__file__).parent.parent / "golden/google_benchmark"


def google_benchmark(*times_ms, name="BM_work/8"):
    """A file with one repetition per time."""
    entries = [{"name": name, "run_name": name, "run_type": "iteration", "repetitions": len(times_ms), "repetition_index": i,
                "threads": 1, "iterations": 10, "real_time": t, "cpu_time": t, "time_unit": "ms"}
               for i, t in enumerate(times_ms)]
    return json.dumps({"context": {"host_name": "h", "num_cpus": 2}, "benchmarks": entries})


class Import(CommandLineTest):
    def imported(self, name, *arguments):
        result = self.hpct("import", name, *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_every_sample_becomes_a_report_that_show_opens(self):
        for sample in sorted(SAMPLES.glob("*.json")):
            with self.subTest(sample.name):
                self.imported(sample, "-o", "r.hpct.json")
                for view in ["summary", "ladder", "roofline", "kernels", "findings"]:
                    shown = self.hpct("show", "r.hpct.json", "--view", view)
                    self.assertEqual(shown.returncode, 0, shown.stderr)

    def test_the_report_is_named_like_the_file_and_lies_here(self):
        text = self.imported(SAMPLES / "1.5-plain.json")
        self.assertIn("1 benchmark from google-benchmark", text)
        self.assertTrue((self.folder / "1.5-plain.hpct.json").exists())

    def test_a_report_is_not_overwritten_unless_it_was_named(self):
        self.write("a.json", google_benchmark(1))
        self.write("a.hpct.json", "precious")
        self.assert_refused(self.hpct("import", "a.json"), "a.hpct.json exists already", "-o")
        self.assertEqual((self.folder / "a.hpct.json").read_text(), "precious")
        self.imported("a.json", "-o", "a.hpct.json")

    def test_the_gate_judges_imported_times(self):
        self.write("base.json", google_benchmark(*[10 + 0.01 * i for i in range(10)]))
        self.write("same.json", google_benchmark(*[10 + 0.01 * i for i in range(10)]))
        self.write("slow.json", google_benchmark(*[12 + 0.01 * i for i in range(10)]))
        for name in ["base", "same", "slow"]:
            self.imported(f"{name}.json")
        self.assertEqual(self.hpct("gate", "base.hpct.json", "same.hpct.json").returncode, 0)
        slow = self.hpct("gate", "base.hpct.json", "slow.hpct.json")
        self.assertEqual(slow.returncode, 1)
        self.assertIn("BM_work/8", slow.stdout)

    def test_aggregates_alone_are_too_few_to_decide(self):
        self.imported(SAMPLES / "1.7-aggregates-only.json", "-o", "a.hpct.json")
        compared = self.hpct("compare", "a.hpct.json", "a.hpct.json")
        self.assertIn("needs at least", compared.stdout)

    def test_a_failed_benchmark_fails_the_gate(self):
        self.imported(SAMPLES / "1.7-repetitions.json", "-o", "a.hpct.json")
        gate = self.hpct("gate", "a.hpct.json", "a.hpct.json")
        self.assertEqual(gate.returncode, 5, gate.stdout)
        self.assertIn("no data", gate.stdout)

    def test_imported_times_are_not_compared_with_measured_ones(self):
        self.write("a.json", google_benchmark(*[10] * 10, name="mandelbrot/avx2"))
        self.imported("a.json")
        self.small_report("own.hpct.json", "--variant", "serial")
        self.assertEqual(self.hpct("gate", "a.hpct.json", "own.hpct.json").returncode, 4)

    def test_show_names_the_way_for_a_file_that_was_not_imported(self):
        self.write("a.json", google_benchmark(1))
        self.assert_refused(self.hpct("show", "a.json"), "hpct-prof import a.json")

    def test_other_formats_are_refused_with_what_there_is(self):
        for name, content in {"empty": "", "text": "BM_x 12 ns", "object": "{}", "array": "[1]", "binary": b"\x00\xff\xfe"}.items():
            with self.subTest(name):
                self.write(name, content)
                self.assert_refused(self.hpct("import", name), "no format that can be imported", "google-benchmark")

    def test_a_report_of_ours_needs_no_import(self):
        self.small_report("own.hpct.json")
        self.assert_refused(self.hpct("import", "own.hpct.json"), "already", "hpct-prof show")

    def test_damaged_files_are_refused(self):
        whole = google_benchmark(1, 2)
        for name, content in {"cut": whole[:-40], "types": whole.replace('"real_time": 1', '"real_time": "1"'),
                              "deep": whole.replace('"num_cpus": 2', '"num_cpus": 2, "x": ' + "[" * 100000),
                              "list": '{"context": {"num_cpus": 1}, "benchmarks": 7}'}.items():
            with self.subTest(name):
                self.write(name, content)
                self.assert_refused(self.hpct("import", name, "-o", "r.hpct.json"), name)
                self.assertFalse((self.folder / "r.hpct.json").exists())

    def test_a_file_that_is_not_there(self):
        self.assert_refused(self.hpct("import", "none.json"), "none.json", "No such file")


if __name__ == "__main__":
    unittest.main()
