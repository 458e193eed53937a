# SPDX-License-Identifier: Apache-2.0
"""hpct-prof run --counters simulated: instructions on a simulated CPU."""
import json
import shutil
import subprocess
import unittest

from command_line import SMALL, CommandLineTest, has_runtime

OWN_WORKLOAD = unittest.skipIf(has_runtime(b"libasan.so", b"libtsan.so"),
                               "hpct-prof with a sanitizer does not run on the simulated CPU")

# Five instructions per round; the second argument asks for threads that each run them all.
LOOPS = r"""
#include <pthread.h>
#include <stdlib.h>
static long rounds;
static void* loop(void* unused) {
  long n = rounds;
#if defined(__x86_64__)
  __asm__ volatile("1: nop\n nop\n nop\n dec %0\n jnz 1b\n" : "+r"(n)::"cc");
#elif defined(__aarch64__)
  __asm__ volatile("1: nop\n nop\n nop\n subs %0, %0, #1\n b.ne 1b\n" : "+r"(n)::"cc");
#endif
  return unused;
}
int main(int argc, char** argv) {
  rounds = atol(argv[1]);
  if (argc < 3) { loop(0); return 0; }
  pthread_t threads[8];
  const int count = atoi(argv[2]);
  for (int i = 0; i < count; ++i) pthread_create(&threads[i], 0, loop, 0);
  for (int i = 0; i < count; ++i) pthread_join(threads[i], 0);
  return 0;
}
"""


@unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
class Simulated(CommandLineTest):
    def counted(self, *arguments, status=0):
        result = self.hpct("run", "--counters", "simulated", "-o", "r.hpct.json", *arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        return json.loads((self.folder / "r.hpct.json").read_text())["runs"][0]

    def program(self, name, source):
        subprocess.run(["cc", "-O1", "-pthread", "-x", "c", "-", "-o", name], input=source, text=True,
                       cwd=self.folder, check=True)
        return f"./{name}"

    @OWN_WORKLOAD
    def test_two_runs_count_the_same_to_the_last_instruction(self):
        def counts():
            run = self.counted(*SMALL, "--variant", "dynamic")
            return [run["values"]["ir_sim"], *(region["values"]["ir_sim"] for region in run["regions"])]
        first = counts()
        self.assertEqual(first, counts())
        self.assertEqual([value["provenance"] for value in first], ["simulated"] * 3)

    @OWN_WORKLOAD
    def test_the_report_says_how_it_was_done(self):
        run = self.counted("mandelbrot", "--budget", "50ms", "--no-ceilings", "--variant", "serial")
        how = run["simulation"]
        self.assertRegex(how["tool"], r"^valgrind-\d+\.\d+\.\d+.* callgrind$")
        self.assertRegex(how["environment"], "^[0-9a-f]{16}$")
        self.assertEqual((how["threads"], how["isa"]), (1, "baseline"))
        self.assertLess(how["parameters"]["width"], run["parameters"]["width"])

    @OWN_WORKLOAD
    def test_no_simulated_repetition_is_among_the_measured_ones(self):
        run = self.counted(*SMALL, "--variant", "serial", "--repetitions", "5")
        self.assertEqual(len(run["repetitions"]), 5)
        self.assertLess(max(r["wall_ns"] for r in run["repetitions"]) * 1e-9, run["simulation"]["seconds"])

    def test_a_code_path_with_avx512_is_masked_and_not_replaced(self):
        result = self.hpct("run", *SMALL, "--variant", "avx512", "--counters", "simulated", "-o", "r.hpct.json")
        if result.returncode != 0:
            self.skipTest(result.stderr)
        run = json.loads((self.folder / "r.hpct.json").read_text())["runs"][0]
        self.assertEqual(run["values"]["ir_sim"]["reason"], "isa_masked")
        self.assertNotIn("simulation", run)

    def test_a_program_with_a_loop_of_known_length(self):
        loops = self.program("loops", LOOPS)
        few, again, many = (self.counted("--", loops, rounds)["values"]["ir_sim"]["number"]
                            for rounds in ("1000000", "1000000", "3000000"))
        # The loader's start of a whole program moves by some ten instructions now and then.
        self.assertAlmostEqual(few, again, delta=50)
        self.assertAlmostEqual(many - few, 10_000_000, delta=50)

    def test_worker_threads_are_counted(self):
        loops = self.program("loops", LOOPS)
        one = self.counted("--", loops, "1000000")["values"]["ir_sim"]["number"]
        four = self.counted("--", loops, "1000000", "4")["values"]["ir_sim"]["number"]
        self.assertGreater(four - one, 15_000_000)
        self.assertLess(four - one, 15_200_000)

    @unittest.skipUnless("avx512f" in open("/proc/cpuinfo").read(), "no AVX-512 here")
    def test_a_program_that_dies_on_the_simulated_cpu_has_no_count(self):
        wide = self.program("wide", 'int main() { __asm__ volatile("vpxorq %zmm16, %zmm16, %zmm16"); }')
        value = self.counted("--", wide)["values"]["ir_sim"]
        self.assertEqual(value["reason"], "isa_masked")
        self.assertIn("SIGILL", value["detail"])

    def test_a_program_that_fails_is_counted_when_it_fails_alike(self):
        run = self.counted("--", "sh", "-c", "exit 3", status=3)
        self.assertGreater(run["values"]["ir_sim"]["number"], 10_000)

    def test_its_output_is_shown_once(self):
        result = self.hpct("run", "--counters", "simulated", "-o", "r.hpct.json", "--", "printf", "%s-%s", "once", "only")
        self.assertEqual(result.stdout.count("once-only"), 1, result.stdout)

    def instructions_and_work(self, name, workload, variant, *settings):
        """Simulated instructions, and declared work `name`, of the same small size."""
        sets = [word for setting in settings for word in ("--set", setting)]
        run = self.counted(workload, "--variant", variant, *sets, "--no-ceilings", "--repetitions", "1")
        self.assertEqual(run["simulation"]["parameters"], run["parameters"])  # small enough not to be reduced
        return run["values"]["ir_sim"]["number"], run["values"][name]["number"]

    def slopes(self, counts):
        """Instructions for one unit of work more, between neighbouring sizes."""
        return [(b[0] - a[0]) / (b[1] - a[1]) for a, b in zip(counts, counts[1:])]

    @OWN_WORKLOAD
    def test_elements_of_saxpy_take_a_whole_number_of_instructions_each(self):
        first, second = self.slopes([self.instructions_and_work("work.items", "saxpy", "serial", f"size={n}")
                                     for n in (16000, 32000, 64000)])
        self.assertEqual(first, second)
        self.assertEqual(first * 16, int(first * 16))  # per round of an unrolled or vectorised loop
        self.assertGreater(first, 2 / 4)  # 2 flop, and 4 of a kind in an instruction of 128 bits

    @OWN_WORKLOAD
    def test_iterations_of_mandelbrot_take_the_same_instructions_whatever_their_number(self):
        # 8 flop each. Pixels that escape between two limits leave the loop by its other door.
        first, second = (8 * slope for slope in self.slopes(
            [self.instructions_and_work("work.flops", "mandelbrot", "serial", "width=40", "height=30", f"iterations={n}")
             for n in (64, 128, 256)]))
        self.assertAlmostEqual(first, second, delta=0.02)
        self.assertAlmostEqual(first, round(first), delta=0.02)
        self.assertGreaterEqual(first, 7)  # a doubling may share a product
        self.assertLess(first, 24)

    @OWN_WORKLOAD
    def test_rows_of_a_qwen_kernel_take_the_same_instructions_each(self):
        first, second = self.slopes([self.instructions_and_work("work.flops", "qwen-rmsnorm", "naive", "model=tiny", f"rows={n}")
                                     for n in (4, 8, 12)])
        self.assertEqual(first, second)
        self.assertGreater(first, 1)  # one element at a time, no fused operations
        self.assertLess(first, 8)

    @OWN_WORKLOAD
    def test_the_summary_shows_the_counts_and_their_size(self):
        result = self.hpct("run", *SMALL, "--variant", "serial", "--counters", "simulated", "-o", "r.hpct.json")
        self.assertIn("ON A SIMULATED CPU", result.stdout)
        self.assertIn("width=64", result.stdout)


class WithoutValgrind(CommandLineTest):
    def test_a_line_says_what_is_missing_and_the_run_is_whole(self):
        self.environment["PATH"] = str(self.folder)
        result = self.hpct("run", *SMALL, "--variant", "serial", "--counters", "simulated", "-o", "r.hpct.json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("valgrind is not installed", result.stdout)
        value = json.loads((self.folder / "r.hpct.json").read_text())["runs"][0]["values"]["ir_sim"]
        self.assertEqual(value["reason"], "not_found")
        self.assertIn("apt-get install valgrind", value["detail"])

    def test_the_inner_command_is_not_for_people(self):
        self.assert_refused(self.hpct("simulated-repetition"), "--counters simulated")
        self.assertNotIn("simulated-repetition", self.hpct("--help").stdout)
