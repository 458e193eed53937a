# SPDX-License-Identifier: Apache-2.0
"""hpct-bench: the bundled workloads as Google Benchmarks."""
import json
import os
import re
import subprocess

from command_line import CommandLineTest

PROGRAM = os.environ.get("HPCT_BENCH", "hpct-bench")


class Bench(CommandLineTest):
    def bench(self, *arguments):
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, env=self.environment, capture_output=True,
                              text=True, timeout=120)

    def names(self, *arguments):
        listed = self.bench("--benchmark_list_tests", *arguments)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        return listed.stdout.split()

    def results(self, pattern, *arguments):
        """The JSON that Google Benchmark itself writes."""
        ran = self.bench(f"--benchmark_filter={pattern}", "--benchmark_min_time=0.001", "--benchmark_format=json", *arguments)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return {entry["name"]: entry for entry in json.loads(ran.stdout)["benchmarks"]}

    def test_every_variant_that_runs_here_of_every_workload_is_listed(self):
        names = self.names("--full-size")
        listing = self.hpct("list", "--all").stdout
        for workload in re.findall(r"^(\S+): ", listing.split("COUNTERS")[0], re.M):
            block = re.search(rf"^{re.escape(workload)}: .*?(?=^\S|\Z)", listing, re.M | re.S).group()
            for line in block.splitlines()[1:]:
                variant = re.match(r"  (\S+) ", line)
                if variant and not variant[1].startswith("--") and "not on this CPU" not in line:
                    self.assertTrue(any(n.startswith(f"{workload}/{variant[1]}") for n in names), f"{workload}/{variant[1]}")

    def test_sizes_are_small_and_named_unless_full_size_is_asked_for(self):
        self.assertIn("1brc/naive/rows:1000000", self.names())
        self.assertIn("1brc/naive", self.names("--full-size"))

    def test_parameters_and_threads_can_be_set(self):
        names = self.names("--set", "rows=2000", "--set=view=2", "--threads", "3")
        self.assertIn("1brc/naive/rows:2000", names)
        self.assertTrue(any(n.startswith("1brc/threads/rows:2000/threads:3/") for n in names), names)
        self.assertTrue(any(n.startswith("mandelbrot/serial/view:2/") for n in names), names)

    def test_unknown_and_illegal_parameters_are_refused(self):
        self.assert_refused(self.bench("--set", "rosw=5"), "rosw", "rows")
        self.assert_refused(self.bench("--set", "rows=0"), "rows", "out of range")
        self.assert_refused(self.bench("--threads", "many"), "threads")

    def test_a_filtered_run_gives_times_and_rates(self):
        entries = self.results("^mandelbrot/(serial|dynamic)", "--set", "width=64", "--set", "height=48")
        self.assertEqual(len(entries), 2)
        for entry in entries.values():
            self.assertNotIn("error_occurred", entry)
            for field in ["real_time", "items_per_second", "bytes_per_second", "flops"]:
                self.assertGreater(entry[field], 0)

    def test_items_are_those_of_one_call(self):
        entry = self.results("^mandelbrot/serial", "--set", "width=64", "--set", "height=48")["mandelbrot/serial/width:64/height:48"]
        self.assertAlmostEqual(entry["items_per_second"] * entry["cpu_time"] * 1e-3, 64 * 48, delta=1)

    def test_real_time_rules_parallel_variants_and_all_their_cpu_time_counts(self):
        names = [n for n in self.names("--threads", "2") if "/threads:2" in n]
        self.assertTrue(names)
        for name in names:
            self.assertTrue(name.endswith("/process_time/real_time"), name)

    def test_a_wrong_result_is_an_error_and_no_time(self):
        self.results("^1brc/mmap", "--set", "rows=1000")  # makes the cached input
        expected = next((self.folder / "cache").rglob("1brc-*.expected"))
        lines = expected.read_text().splitlines()
        fields = lines[1].split("\t")
        lines[1] = "\t".join([fields[0], str(int(fields[1]) + 5), *fields[2:]])
        expected.write_text("\n".join(lines) + "\n")
        entry = self.results("^1brc/mmap", "--set", "rows=1000")["1brc/mmap/rows:1000"]
        self.assertTrue(entry["error_occurred"])
        self.assertIn("wrong result: station", entry["error_message"])

    def test_it_writes_a_report_with_the_machine_and_the_counters(self):
        self.results("^mandelbrot/serial", "--set", "width=64", "--set", "height=48", "--benchmark_repetitions=6",
                     "--hpct_out=own.hpct.json")
        report = json.loads((self.folder / "own.hpct.json").read_text())
        run = report["runs"][0]
        self.assertEqual((run["workload"], run["variant"]), ("mandelbrot", "serial/width:64/height:48"))
        self.assertEqual(len(run["repetitions"]), 6)
        self.assertGreater(run["values"]["memory.peak"]["number"], 0)
        self.assertNotEqual(report["machine"]["fingerprint"], "")
        shown = self.hpct("compare", "own.hpct.json", "own.hpct.json")
        self.assertIn("unchanged", shown.stdout, shown.stderr)

    def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(self):
        ran = self.bench("--hpct_out=no/such/folder/x.hpct.json")
        self.assertEqual((ran.returncode, ran.stdout), (1, ""))
        self.assertIn("no/such/folder", ran.stderr)
