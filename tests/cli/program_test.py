# SPDX-License-Identifier: Apache-2.0
"""hpct-prof run -- any program."""
import json

from command_line import CommandLineTest


class Program(CommandLineTest):
    def measured(self, *command, repetitions=1):
        result = self.hpct("run", "--repetitions", repetitions, "-o", "p.hpct.json", "--", *command)
        file = self.folder / "p.hpct.json"
        return result, json.loads(file.read_text())["runs"][0] if file.exists() else None

    def test_its_output_passes_through(self):
        result, _ = self.measured("echo", "hello")
        self.assertTrue(result.stdout.startswith("hello\n"), result.stdout)

    def test_with_json_stdout_is_the_report_alone_and_its_output_goes_to_stderr(self):
        result = self.hpct("run", "--json", "-o", "p.hpct.json", "--", "sh", "-c", "echo hello; echo oops >&2")
        self.assertEqual(json.loads(result.stdout)["runs"][0]["workload"], "sh")
        self.assertIn("hello\n", result.stderr)
        self.assertIn("oops\n", result.stderr)

    def test_its_options_are_not_ours(self):
        result, run = self.measured("sh", "-c", "echo $0", "--help")
        self.assertTrue(result.stdout.startswith("--help\n"), result.stdout)
        self.assertEqual(run["parameters"]["command"], "sh -c echo $0 --help")

    def test_its_exit_status_is_ours(self):
        result, run = self.measured("sh", "-c", "exit 7")
        self.assertEqual((result.returncode, run["exit_status"], run["check"]["ok"]), (7, 7, False))

    def test_its_death_by_a_signal_is_reported_with_what_was_measured(self):
        result, run = self.measured("sh", "-c", "kill -9 $$")
        self.assertEqual((result.returncode, run["exit_status"]), (137, 137))
        self.assertIn("killed by SIGKILL", result.stdout)
        self.assertGreater(run["values"]["time.wall"]["number"], 0)

    def test_its_cpu_time_is_measured(self):
        _, run = self.measured("sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
        wall, cpu = run["values"]["time.wall"]["number"], run["values"]["time.cpu"]["number"]
        self.assertGreater(cpu, 0.02)
        self.assertLessEqual(cpu, wall * 1.1)

    def test_sleeping_costs_wall_time_and_no_cpu_time(self):
        _, run = self.measured("sleep", "0.3")
        self.assertGreaterEqual(run["values"]["time.wall"]["number"], 0.3)
        self.assertLess(run["values"]["time.cpu"]["number"], 0.1)

    def test_it_is_repeated_as_often_as_asked(self):
        _, run = self.measured("true", repetitions=4)
        self.assertEqual(len(run["repetitions"]), 4)

    def test_a_program_that_does_not_exist(self):
        result, _ = self.measured("./no-such-program")
        self.assert_refused(result, "./no-such-program", "No such file")

    def test_a_report_whose_folder_vanished_is_printed_and_written_elsewhere(self):
        (self.folder / "out").mkdir()
        self.environment["TMPDIR"] = str(self.folder)
        result = self.hpct("run", "--no-ceilings", "-o", "out/p.hpct.json", "--", "rm", "-r", "out")
        self.assertEqual(result.returncode, 2)
        self.assertIn("rm/program", result.stdout)
        self.assertIn("cannot write out/p.hpct.json", result.stderr)
        rescued = next(self.folder.glob("rescued-*p.hpct.json"))
        self.assertIn(str(rescued), result.stderr)
        self.assertEqual(json.loads(rescued.read_text())["runs"][0]["workload"], "rm")

    def test_work_it_does_not_declare_is_missing_and_not_zero(self):
        _, run = self.measured("true")
        for name in ["work.flops", "flops.rate", "sde.flops"]:
            self.assertEqual(run["values"][name]["provenance"], "missing", name)
