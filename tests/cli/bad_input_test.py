# SPDX-License-Identifier: Apache-2.0
"""Whatever the user gets wrong is answered with one clear line and exit code 2."""
import json
import os
import shutil
import subprocess
import time
import unittest

from command_line import PROGRAM, SMALL, CommandLineTest


class BadReports(CommandLineTest):
    def test_missing_file(self):
        self.assert_refused(self.hpct("show", "nowhere.hpct.json"), "nowhere.hpct.json", "No such file")

    def test_truncated_report(self):
        self.small_report("a.hpct.json")
        whole = (self.folder / "a.hpct.json").read_bytes()
        self.write("cut.hpct.json", whole[: len(whole) // 2])
        self.assert_refused(self.hpct("show", "cut.hpct.json"), "cut.hpct.json:", "ends in the middle")

    def test_report_of_schema_99(self):
        report = self.small_report("a.hpct.json")
        report["schema_version"] = 99
        self.write("new.hpct.json", json.dumps(report))
        self.assert_refused(self.hpct("show", "new.hpct.json"), "schema version 99", "update hpct-prof")

    def test_wrong_type_names_the_place(self):
        report = self.small_report("a.hpct.json")
        report["runs"][0]["threads"] = "many"
        self.write("odd.hpct.json", json.dumps(report))
        self.assert_refused(self.hpct("show", "odd.hpct.json"), "/runs/0/threads", "expected an integer")

    def test_a_folder_is_no_report(self):
        self.assert_refused(self.hpct("show", "."), "is a folder")

    def test_binary_noise(self):
        self.write("noise.hpct.json", bytes(range(256)))
        self.assert_refused(self.hpct("compare", "noise.hpct.json", "noise.hpct.json"), "not JSON")


class BadArguments(CommandLineTest):
    def test_unknown_command_suggests_the_nearest(self):
        self.assert_refused(self.hpct("rnu"), 'did you mean "run"?')

    def test_unknown_workload_suggests_the_nearest(self):
        self.assert_refused(self.hpct("run", "mandelbort"), 'did you mean "mandelbrot"?')

    def test_unknown_variant_suggests_the_nearest(self):
        self.assert_refused(self.hpct("run", "mandelbrot", "--variant", "dinamic", "--no-ceilings"), 'did you mean "dynamic"?')

    def test_unknown_parameter_suggests_the_nearest(self):
        self.assert_refused(self.hpct("run", "mandelbrot", "--set", "widht=3", "--no-ceilings"), 'did you mean "width"?')

    def test_parameter_that_is_no_number(self):
        self.assert_refused(self.hpct("run", "mandelbrot", "--set", "width=wide", "--no-ceilings"), "width", "not a number")

    def test_parameter_out_of_range(self):
        self.assert_refused(self.hpct("run", "mandelbrot", "--set", "view=99", "--no-ceilings"), "view")

    def test_zero_threads(self):
        self.assert_refused(self.hpct("run", "mandelbrot", "--threads", "0"), "at least 1")

    def test_negative_threads(self):
        self.assert_refused(self.hpct("run", "mandelbrot", "--threads", "-3"), "at least 1")

    def test_nothing_to_run(self):
        self.assert_refused(self.hpct("run"), "run what?")

    def test_workload_options_for_a_program(self):
        self.assert_refused(self.hpct("run", "--variant", "all", "--", "true"), "--variant")

    def test_unknown_view_suggests_the_nearest(self):
        self.small_report("a.hpct.json")
        self.assert_refused(self.hpct("show", "a.hpct.json", "--view", "lader"), 'did you mean "ladder"?')

    def test_unknown_option(self):
        self.assert_refused(self.hpct("run", "mandelbrot", "--treads", "3"), "no option --treads", "did you mean --threads?")

    def test_an_option_like_no_other(self):
        self.assert_refused(self.hpct("show", "a.hpct.json", "--xyzzy=1"), "hpct-prof show has no option --xyzzy",
                            "hpct-prof show --help")

    def test_an_argument_too_many(self):
        self.assert_refused(self.hpct("show", "a.hpct.json", "b.hpct.json"), "b.hpct.json", "hpct-prof show --help")

    def test_threshold_that_is_no_share(self):
        self.small_report("a.hpct.json")
        self.assert_refused(self.hpct("gate", "a.hpct.json", "a.hpct.json", "--threshold", "lots"), "5%")


class BadPlaces(CommandLineTest):
    def test_output_folder_that_does_not_exist(self):
        self.assert_refused(self.hpct("run", *SMALL, "-o", "no/such/folder/a.hpct.json"), "no/such/folder", "-o")

    def test_output_that_is_a_folder(self):
        self.assert_refused(self.hpct("run", *SMALL, "-o", "."), "is a folder")

    def test_read_only_output_folder(self):
        # A file in the way of the folder refuses root as well, which ignores permission bits.
        self.write("file", "")
        self.assert_refused(self.hpct("run", *SMALL, "-o", "file/a.hpct.json"), "cannot write into file")

    @unittest.skipIf(os.geteuid() != 0 or not shutil.which("setpriv"), "needs root to become somebody else")
    def test_output_folder_of_somebody_else(self):
        os.chmod(self.folder, 0o755)
        nobody = ["setpriv", "--reuid=65534", "--clear-groups"]
        if subprocess.run([*nobody, "test", "-x", PROGRAM]).returncode != 0:
            self.skipTest("the build folder is closed to others")
        command = [*nobody, PROGRAM, "run", *SMALL, "-o", "a.hpct.json"]
        result = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        self.assert_refused(result, "Permission denied")

    def test_output_that_is_a_pipe_stays_one(self):
        os.mkfifo(self.folder / "pipe")
        self.assert_refused(self.hpct("run", *SMALL, "-o", "pipe"), "not a regular file")
        self.assertTrue((self.folder / "pipe").is_fifo())

    def test_picture_that_cannot_be_written(self):
        self.assert_refused(self.hpct("run", *SMALL, "--set", "picture=/no/such/place.png"), "/no/such/place.png")


class Bad1brcFiles(CommandLineTest):
    def refuse(self, content, *words):
        self.write("rows.txt", content)
        result = self.hpct("run", "1brc", "--set", "input=rows.txt", "--no-ceilings")
        self.assert_refused(result, *words)
        self.assertFalse((self.folder / "1brc.hpct.json").exists())

    def test_empty_file(self):
        self.refuse(b"", "rows.txt", "empty")

    def test_line_without_semicolon(self):
        self.refuse(b"Abha;1.0\nAccra 2.0\n", "rows.txt:2", ";")

    def test_name_over_100_bytes(self):
        self.refuse(b"x" * 101 + b";1.0\n", "rows.txt:1", "100")

    def test_value_that_is_no_temperature(self):
        self.refuse(b"Abha;1.0\nAbha;warm\n", "rows.txt:2")

    def test_windows_line_ends(self):
        self.refuse(b"Abha;1.0\nAccra;2.0\r\n", "rows.txt:2", "CR LF", "sed")

    def test_file_that_is_cut_off_while_it_is_read(self):
        self.write("rows.txt", b"Abha;1.0\nBeirut;-2.0\n" * 100_000)
        running = subprocess.Popen([PROGRAM, "run", "1brc", "--set", "input=rows.txt", "--no-ceilings", "--variant", "mmap",
                                    "--repetitions", "100000", "--budget", "100s"],  # longer than anybody waits
                                   cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(1.5)  # checked by then; if not, the check finds the change
        os.truncate(self.folder / "rows.txt", 100_000)
        out, err = running.communicate(timeout=30)
        self.assert_refused(subprocess.CompletedProcess([], running.returncode, out, err), "rows.txt has changed")

    def test_pipe(self):
        os.mkfifo(self.folder / "pipe")
        self.assert_refused(self.hpct("run", "1brc", "--set", "input=pipe", "--no-ceilings"), "not a regular file")

    def test_missing_file(self):
        self.assert_refused(self.hpct("run", "1brc", "--set", "input=none.txt", "--no-ceilings"), "none.txt")

    def test_no_space_for_the_data_file(self):
        # A file-size limit stands in for a full disk: the write fails half-way in the same place.
        limited = ["prlimit", "--fsize=1000000", PROGRAM, "run", "1brc", "--set", "rows=1M", "--no-ceilings"]
        if not shutil.which("prlimit"):
            self.skipTest("needs prlimit")
        result = subprocess.run(limited, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        self.assert_refused(result, "1brc")
        left = [p.name for p in (self.folder / "cache/hpct-prof").iterdir()]
        self.assertEqual(left, [], "nothing half-written may stay in the cache")
