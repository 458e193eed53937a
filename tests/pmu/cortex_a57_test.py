# SPDX-License-Identifier: Apache-2.0
"""The full path: a kernel with a PMU driver, a CPU that PAPI knows, presets."""
from guest_case import LOOPS, GuestCase

# The first is a warm-up: glibc makes stacks for its threads.
THREADS = "1000+1000+1000 1000+1000+1000 1000+1000+301000 1000+501000+1000 1000+501000+301000"


class CortexA57(GuestCase):
    CPU = "cortex-a57"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer loops count-loops papi {LOOPS}
answer threads count-loops papi {THREADS}
answer user as-user count-loops papi {LOOPS}
for i in 1 2; do
  hpct-prof run mandelbrot --set width=32 --set height=24 --repetitions 3 --no-ceilings -o workload.json >/dev/null 2>&1
  answer workload$i cat workload.json
done
for n in 1000000 2000000; do
  hpct-prof run --no-ceilings -o program.json -- known-loop $n >/dev/null 2>&1
  answer program$n cat program.json
done
hpct-prof run --no-ceilings -o program.json -- known-loop 1000000 500000 >/dev/null 2>&1
answer program_threads cat program.json
"""

    def test_doctor_says_that_papi_counts(self):
        text = self.answer("doctor").text
        self.assertIn("yes papi", text)
        self.assertIn("Hardware counters work here.", text)

    def test_instructions_and_cycles_of_known_loops_differ_exactly(self):
        self.assert_exact(self.measured("loops"))

    def test_instructions_come_from_the_preset(self):
        self.assertIn("PAPI_TOT_INS", self.measured("loops")[0]["instructions"]["detail"])

    def test_start_and_stop_cost_less_than_a_thousand_instructions(self):
        self.assertLess(self.assert_exact(self.measured("loops")), 1000)

    def test_an_event_that_counts_nothing_is_missing_and_not_0(self):
        for values in self.measured("loops"):
            self.assert_missing(values["branches"], "counts_nothing")

    def test_every_thread_counts_exactly_what_it_does(self):
        counts = [self.assert_number(values["instructions"]) for values in self.measured("threads")]
        self.assertEqual([count - counts[1] for count in counts[1:]], [0, 600_000, 1_000_000, 1_600_000])

    def test_a_user_without_rights_counts_the_same(self):
        self.assert_exact(self.measured("user"))

    def test_a_workload_counts_the_same_in_every_run(self):
        counts = [self.assert_number(self.run_values(f"workload{i}")["instructions"]) for i in (1, 2)]
        self.assertEqual(counts[0], counts[1])

    def test_a_program_counts_its_loop(self):
        counts = [self.assert_number(self.run_values(f"program{n}")["instructions"]) for n in (1000000, 2000000)]
        # hpct-prof reads numbers of more or fewer digits from /proc meanwhile.
        self.assertAlmostEqual(counts[1] - counts[0], 2_000_000, delta=100)

    def test_a_program_counts_its_threads(self):
        alone = self.run_values("program1000000")["instructions"]["number"]
        together = self.run_values("program_threads")["instructions"]["number"]
        self.assertGreater(together - alone, 1_000_000)
        self.assertLess(together - alone, 1_020_000)  # making the thread included
