# SPDX-License-Identifier: Apache-2.0
"""The full path: a kernel with a PMU driver, a CPU that PAPI knows, more events than counters."""
from guest_case import LOOPS, GuestCase

# The first is a warm-up: glibc makes stacks for its threads.
THREADS = "1000+1000+1000 1000+1000+1000 1000+1000+301000 1000+501000+1000 1000+501000+301000"


class CortexA57(GuestCase):
    CPU = "cortex-a57"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer papi count-loops papi {LOOPS}
answer perf_event count-loops perf_event {LOOPS}
answer threads count-loops papi {THREADS}
answer kernel_threads count-loops perf_event {THREADS}
answer user as-user count-loops papi {LOOPS}
answer copies count-copies papi together {LOOPS}
answer kernel_copies count-copies perf_event together {LOOPS}
answer turns count-copies perf_event in_turns 50000000
for i in 1 2; do
  hpct-prof run mandelbrot --set width=32 --set height=24 --repetitions 3 --no-ceilings -o workload.json >/dev/null 2>&1
  answer workload$i cat workload.json
done
for loops in 1000000 2000000 1000000+500000 1000000+900000; do
  hpct-prof run --no-ceilings -o program.json -- known-loop $(echo $loops | tr + ' ') >/dev/null 2>&1
  answer program$loops cat program.json
done
hpct-prof run --counters none --no-ceilings -o uncounted.json -- known-loop 2000000 >/dev/null 2>&1
answer uncounted cat uncounted.json
answer certificate hpct-prof doctor --certify
"""

    def test_doctor_says_that_papi_counts(self):
        text = self.answer("doctor").text
        self.assertIn("yes papi", text)
        self.assertIn("Hardware counters work here.", text)

    def test_papi_counts_known_loops_exactly(self):
        self.assert_exact(self.measured("papi"))

    def test_the_kernel_counts_known_loops_exactly(self):
        self.assert_exact(self.measured("perf_event"))

    def test_counting_itself_costs_less_than_a_thousand_instructions(self):
        for source in ("papi", "perf_event"):
            self.assertLess(self.assert_exact(self.measured(source)), 1000, source)

    def test_a_number_names_its_events_and_who_counted_them(self):
        value = self.measured("papi")[0]["instructions"]
        self.assertEqual((value["formula"], value["detail"]), ("INST_RETIRED", "papi, arm_a57"))

    def test_an_event_that_counts_nothing_is_missing_and_not_0(self):
        for source in ("papi", "perf_event"):
            for values in self.measured(source):
                for counter in ("branches", "branch.misses", "l1d.misses", "l2.misses"):
                    self.assert_missing(values[counter], "counts_nothing")

    def test_threads_are_counted_exactly(self):
        for source in ("threads", "kernel_threads"):
            counts = [self.assert_number(values["instructions"]) for values in self.measured(source)]
            self.assertEqual([count - counts[1] for count in counts[1:]], [0, 600_000, 1_000_000, 1_600_000], source)

    def test_a_user_without_rights_counts_the_same(self):
        self.assert_exact(self.measured("user"))

    def test_the_eighth_event_is_a_conflict(self):
        limit = self.answer("copies").lines()[0]
        self.assertEqual((limit["fit"], limit["reason"]), (7, "conflict"))

    def test_more_events_than_counters_are_exact_in_every_pass(self):
        for source in ("copies", "kernel_copies"):
            lines = self.answer(source).lines()[1:]
            self.assertGreater(lines[0]["passes"], 1)
            for number in range(lines[0]["passes"]):
                counted = [values for values in (line["values"] for line in lines if line["pass"] == number)]
                names = [name for name, value in counted[0].items() if value["number"] is not None]
                self.assertGreater(len(names), 1, source)
                for name in names:
                    self.assert_differences(counted, name, 2)

    def test_every_counter_is_in_one_of_the_passes(self):
        for source in ("copies", "kernel_copies"):
            lines = [line["values"] for line in self.answer(source).lines()[1:]]
            for name in lines[0]:
                reasons = {values[name]["reason"] for values in lines}
                if name.startswith("dram."):  # not the core's
                    continue
                self.assertIn("", reasons, name)
                self.assertLessEqual(reasons, {"", "not_scheduled"}, name)

    def test_multiplexed_counts_are_scaled_by_a_share_that_is_told(self):
        values = self.answer("turns").lines()[1]["values"]
        for name in ("instructions", "branches", "l3.misses", "topdown.backend"):
            self.assertAlmostEqual(self.assert_number(values[name], "scaled"), 100e6, delta=1e6)
            self.assertGreater(values[name]["running_share"], 0.1)
            self.assertLess(values[name]["running_share"], 0.9)

    def test_a_workload_counts_the_same_in_every_run(self):
        counts = [self.assert_number(self.run_values(f"workload{i}")["instructions"]) for i in (1, 2)]
        self.assertEqual(counts[0], counts[1])

    def test_a_program_counts_its_loop_exactly(self):
        counts = [self.assert_number(self.run_values(f"program{n}")["instructions"]) for n in (1000000, 2000000)]
        self.assertEqual(counts[1] - counts[0], 2_000_000)

    def test_a_program_counts_its_threads(self):
        counts = [self.assert_number(self.run_values(f"program1000000+{n}")["instructions"]) for n in (500000, 900000)]
        self.assertAlmostEqual(counts[1] - counts[0], 800_000, delta=1000)  # threads that wait for each other

    def test_samples_are_taken_by_cycles_unless_the_hardware_counts_for_us(self):
        events = [self.answer(name).json()["runs"][0]["profile"]["event"] for name in ("program2000000", "uncounted")]
        self.assertEqual(events, ["cpu-clock", "cycles"])

    def test_the_certificate_refutes_a_counter_that_is_off_and_keeps_one_that_is_right(self):
        # In this emulation every instruction takes two cycles, which no real core does: cycles are wrong here.
        text = self.answer("certificate").text
        self.assertRegex(text, r"cycles +chain of additions .* NOT USED")
        self.assertRegex(text, r"instructions +loop of two .* 1.000\n")
