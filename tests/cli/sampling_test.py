# SPDX-License-Identifier: Apache-2.0
"""Hot functions of any program: run, show --view hot, export."""
import json
import unittest

from command_line import SMALL, CommandLineTest, has_runtime

SPIN = ["sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"]


class Sampling(CommandLineTest):
    def measured(self, *arguments, command=SPIN):
        result = self.hpct("run", "-o", "p.hpct.json", *arguments, "--", *command)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result, json.loads((self.folder / "p.hpct.json").read_text())["runs"][0]

    def sampled(self, *arguments):
        result, run = self.measured(*arguments)
        if run["profile"]["rate"]["provenance"] == "missing":
            self.skipTest(run["profile"]["rate"]["detail"])
        return result, run

    def test_a_program_is_sampled_without_being_asked(self):
        result, run = self.sampled()
        self.assertGreater(run["profile"]["samples"], 10)
        self.assertIn("(sampled)", result.stdout)
        self.assertIn("--view hot", result.stdout)

    def test_the_hot_view_fits_the_screen_and_says_what_it_is(self):
        self.sampled()
        shown = self.hpct("show", "p.hpct.json", "--view", "hot").stdout
        self.assertIn("sampled: ", shown)
        self.assertIn("which cost", shown)
        self.assertLessEqual(max(map(len, shown.splitlines())), 80)

    @unittest.skipIf(has_runtime(b"libtsan.so"), "the thread sanitizer has a thread of its own in the child before its exec")
    def test_the_threads_view_lists_every_thread(self):
        self.measured()
        shown = self.hpct("show", "p.hpct.json", "--view", "threads").stdout
        self.assertIn("1 thread in the last execution", shown)
        self.assertRegex(shown, r"sh +\d+ +\d+ .*100.0 %")
        self.assertLessEqual(max(map(len, shown.splitlines())), 80)

    def test_no_sampling_leaves_no_profile_and_no_file(self):
        _, run = self.measured("--no-sampling")
        self.assertNotIn("profile", run)
        self.assertFalse((self.folder / "p.hpct.stacks.txt").exists())

    def test_a_lower_rate_is_taken(self):
        _, run = self.sampled("--sample-rate", "100")
        self.assertEqual(run["profile"]["rate"]["number"], 100)

    def test_collapsed_stacks_add_up_to_all_samples(self):
        _, run = self.sampled()
        lines = self.hpct("export", "p.hpct.json", "--to", "collapsed").stdout.splitlines()
        self.assertEqual(sum(int(line.rsplit(" ", 1)[1]) for line in lines), run["profile"]["samples"])
        self.assertTrue(all(line.startswith("sh;") for line in lines if ";" in line), lines[:3])

    def test_export_to_a_file(self):
        self.sampled()
        self.assertEqual(self.hpct("export", "p.hpct.json", "--to", "collapsed", "-o", "s.txt").returncode, 0)
        self.assertEqual((self.folder / "s.txt").read_text(), (self.folder / "p.hpct.stacks.txt").read_text())

    def test_the_previous_report_keeps_its_stacks(self):
        self.sampled()
        stacks = (self.folder / "p.hpct.stacks.txt").read_text()
        self.sampled()
        result = self.hpct("export", "p.previous.hpct.json", "--to", "collapsed")
        self.assertEqual(result.stdout, stacks)

    def test_stacks_that_cannot_be_written_cost_the_stacks_and_not_the_report(self):
        (self.folder / "p.hpct.stacks.txt").mkdir()
        result, run = self.sampled()
        self.assertNotIn("stacks", run["profile"])
        self.assertIn("no call stacks: ", result.stdout)

    def test_a_report_without_samples_cannot_be_exported(self):
        self.measured("--no-sampling")
        result = self.hpct("export", "p.hpct.json", "--to", "collapsed")
        self.assert_refused(result, "has no call stacks", "--sample")

    def test_an_unknown_format_is_refused_with_those_there_are(self):
        self.measured("--no-sampling")
        self.assert_refused(self.hpct("export", "p.hpct.json", "--to", "collapsd"), "collapsd", "collapsed")

    def test_options_that_exclude_each_other(self):
        self.assert_refused(self.hpct("run", "--sample", "--no-sampling", "--", "true"), "--no-sampling")
        self.assert_refused(self.hpct("run", "--sample-rate", "0", "--", "true"), "--sample-rate")
        self.assert_refused(self.hpct("run", "--call-graph", "dwarv", "--", "true"), "dwarv", "dwarf")

    def test_a_workload_is_sampled_only_when_asked(self):
        self.assertNotIn("profile", self.small_report("a.hpct.json")["runs"][0])
        self.assertIn("profile", self.small_report("b.hpct.json", "--sample")["runs"][0])

    def test_threads_and_input_and_output_of_a_program_are_counted(self):
        _, run = self.measured(command=["sh", "-c", "head -c 5000000 /dev/zero | cat > out"])
        self.assertEqual((self.folder / "out").stat().st_size, 5000000)
        written = run["values"]["io.bytes_written"]
        if written["provenance"] != "missing":
            self.assertAlmostEqual(written["number"], 1e7, delta=1e5)  # into the pipe, and into the file
        self.assertEqual(run["thread_usage"][0]["name"], "sh")


if __name__ == "__main__":
    unittest.main()
