# SPDX-License-Identifier: Apache-2.0
"""No PMU, on a CPU whose name makes PAPI believe that there is one."""
from guest_case import GuestCase


class PmuOff(GuestCase):
    CPU = "cortex-a57,pmu=off"
    COMMANDS = """
answer doctor hpct-prof doctor
answer loops count-loops papi 1000
hpct-prof run mandelbrot --set width=32 --set height=24 --repetitions 1 --no-ceilings -o workload.json >/dev/null 2>&1
answer workload cat workload.json
"""
    COUNTERS = ("instructions", "cycles", "branches", "branch.misses", "l1d.misses", "l2.misses", "l3.misses")

    def test_doctor_says_that_there_is_no_pmu(self):
        text = self.answer("doctor").text
        self.assertIn("no  papi", text)
        self.assertIn("(no_pmu)", text)

    def test_the_source_refuses_for_the_right_reason(self):
        refusal = self.answer("loops", status=1).lines()[0]
        self.assertEqual(refusal["reason"], "no_pmu")
        self.assertTrue(refusal["detail"] and refusal["remedy"])

    def test_no_hardware_counter_of_a_report_is_0(self):
        values = self.run_values("workload")
        for counter in self.COUNTERS:
            self.assert_missing(values[counter], "no_pmu")
