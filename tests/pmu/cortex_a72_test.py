# SPDX-License-Identifier: Apache-2.0
"""A CPU that PAPI's libpfm4 does not know, under a kernel that does: the kernel's counters stand in."""
from guest_case import LOOPS, GuestCase


class CortexA72(GuestCase):
    CPU = "cortex-a72"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer papi count-loops papi 1000
answer perf_event count-loops perf_event {LOOPS}
hpct-prof run mandelbrot --set width=32 --set height=24 --repetitions 3 --no-ceilings -o workload.json >/dev/null 2>&1
answer workload cat workload.json
"""

    def test_papi_says_that_it_does_not_know_the_cpu(self):
        self.assertEqual(self.answer("papi", status=1).lines()[0]["reason"], "pmu_unknown")
        self.assertIn("(pmu_unknown)", self.answer("doctor").text)

    def test_doctor_says_that_the_kernel_counts(self):
        text = self.answer("doctor").text
        self.assertIn("yes perf_event", text)
        self.assertIn("Hardware counters work here.", text)

    def test_the_kernel_counts_known_loops_exactly(self):
        self.assert_exact(self.measured("perf_event"))

    def test_a_report_has_the_kernels_counts(self):
        value = self.run_values("workload")["instructions"]
        self.assertGreater(self.assert_number(value), 0)
        self.assertEqual(value["detail"], "perf_event, arm_a72")
