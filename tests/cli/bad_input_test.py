# SPDX-License-Identifier: Apache-2.0
"""Whatever the user gets wrong is answered with one clear line and exit code 2."""
import json
import os
import shutil
import subprocess
import time
import unittest

from command_line import PROGRAM, SMALL, CommandLineTest
from tiny_model import tiny_model


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

    def test_two_pictures_in_one_file(self):
        self.assert_refused(self.hpct("run", *SMALL, "--set", "picture=a.png", "--set", "heatmap=a.png"), "the same file")


class BadModels(CommandLineTest):
    def decode(self, *options):
        return self.hpct("run", "qwen-decode", "--set", "model=./model.gguf", "--no-ceilings", *options)

    def refuse(self, content, *words):
        self.write("model.gguf", content)
        self.assert_refused(self.decode(), "model.gguf", *words)
        self.assertFalse((self.folder / "qwen-decode.hpct.json").exists())

    def test_cut_off_in_the_header(self):
        for length in (4, 20, 100, 1000):
            self.refuse(tiny_model()[:length], "ends in the middle of")

    def test_cut_off_in_the_weights(self):
        self.refuse(tiny_model()[:100_000], "ends before tensor blk.")

    def test_of_another_kind(self):
        self.refuse(b"", "is not a GGUF file")
        self.refuse(b"PK" + bytes(1000), "is not a GGUF file")

    def test_of_another_architecture(self):
        self.refuse(tiny_model(architecture="llama"), "architecture is not qwen2")

    def test_of_the_wrong_shape(self):
        self.refuse(tiny_model(shapes={"blk.1.attn_k.weight": [32, 128]}), "blk.1.attn_k.weight has 128 rows of 32, not 64 of 64")

    def test_that_does_not_state_its_sizes(self):
        self.refuse(tiny_model(block_count=0), "impossible qwen2.block_count: 0")

    def test_folder_pipe_and_nothing(self):
        self.assert_refused(self.decode(), "cannot open ./model.gguf: No such file")
        os.mkdir(self.folder / "model.gguf")
        self.assert_refused(self.decode(), "is a folder")
        os.rmdir(self.folder / "model.gguf")
        os.mkfifo(self.folder / "model.gguf")
        self.assert_refused(self.decode(), "is not a regular file")

    def test_that_is_cut_off_while_it_is_read(self):
        self.write("model.gguf", tiny_model())
        running = subprocess.Popen([PROGRAM, "run", "qwen-decode", "--set", "model=./model.gguf", "--no-ceilings", "--repetitions",
                                    "100000000"], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        time.sleep(1.5)
        os.truncate(self.folder / "model.gguf", 10_000)
        out, err = running.communicate(timeout=60)
        self.assert_refused(subprocess.CompletedProcess([], running.returncode, out, err), "model.gguf has changed while it was read")

    def test_for_which_there_is_not_the_memory(self):
        result = self.hpct("run", "qwen-attention", "--set", "model=7B", "--set", "context=32768", "--set", "batch=1024", "--no-ceilings")
        self.assert_refused(result, "MiB of memory are needed", "are available")


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

    def test_lines_that_are_broken_where_a_chunk_ends(self):
        chunk, row = 8 << 20, b"x" * 94 + b";-1.0\n"
        whole = row * (chunk // len(row))
        good = whole + b"y" * (chunk - len(whole) - 5) + b";1.0\n"  # the last line of the chunk ends with it
        self.assertEqual(len(good), chunk)
        number = good.count(b"\n")
        for place, broken, words in [(0, good[:-1] + b";" + row, (f"rows.txt:{number}:", "is not a number")),
                                     (1, good + b"\n" + row, (f"rows.txt:{number + 1}:", "no ';'")),
                                     (2, good + b";1.0\n" + row, (f"rows.txt:{number + 1}:", "the name is empty")),
                                     (3, good[:-2] + b"\r\n" + row, (f"rows.txt:{number}:", "CR LF")),
                                     (4, good + row[:40], (f"rows.txt:{number + 1}:", "no ';'"))]:
            with self.subTest(place=place):
                self.refuse(broken, *words)

    def test_bytes_that_would_spoil_the_terminal(self):
        self.refuse(b"Abha;\x1b[31m1.0\n", 'rows.txt:1: "?[31m1.0" is not a number')

    def test_file_without_lines(self):
        self.refuse(b"\0" * 10_000_000, "rows.txt:1", "no ';' in this line")

    def test_a_name_too_many(self):
        self.refuse("".join(f"n{number};1.0\n" for number in range(10_001)), "rows.txt:10001", "more than 10000 different names")

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
