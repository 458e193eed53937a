# SPDX-License-Identifier: Apache-2.0
"""hpct-prof run --counters simulated: instructions on a simulated CPU."""
import json
import shutil
import subprocess
import unittest

from command_line import SMALL, CommandLineTest

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

    def test_two_runs_count_the_same_to_the_last_instruction(self):
        def counts():
            run = self.counted(*SMALL, "--variant", "dynamic")
            return [run["values"]["ir_sim"], *(region["values"]["ir_sim"] for region in run["regions"])]
        first = counts()
        self.assertEqual(first, counts())
        self.assertEqual([value["provenance"] for value in first], ["simulated"] * 3)

    def test_the_report_says_how_it_was_done(self):
        run = self.counted("mandelbrot", "--budget", "50ms", "--no-ceilings", "--variant", "serial")
        how = run["simulation"]
        self.assertRegex(how["tool"], r"^valgrind-\d+\.\d+\.\d+.* callgrind$")
        self.assertRegex(how["environment"], "^[0-9a-f]{16}$")
        self.assertEqual((how["threads"], how["isa"]), (1, "baseline"))
        self.assertLess(how["parameters"]["width"], run["parameters"]["width"])

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
        self.assertEqual(few, again)
        self.assertAlmostEqual(many - few, 10_000_000, delta=20)  # another number is read from its argument

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
