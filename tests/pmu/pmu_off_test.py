# SPDX-License-Identifier: Apache-2.0
"""No PMU, on a CPU whose name makes PAPI believe that there is one."""
from guest_case import GuestCase

COUNTERS = ("instructions", "cycles", "branches", "branch.misses", "l1d.misses", "l2.misses", "l3.misses")


class PmuOff(GuestCase):
    CPU = "cortex-a57,pmu=off"
    COMMANDS = """
answer doctor hpct-prof doctor
answer papi count-loops papi 1000
answer perf_event count-loops perf_event 1000
hpct-prof run mandelbrot --set width=32 --set height=24 --repetitions 1 --no-ceilings -o report.json >/dev/null 2>&1
answer workload cat report.json
hpct-prof run --no-ceilings -o report.json -- known-loop 1000 >/dev/null 2>&1
answer program cat report.json
"""

    def test_doctor_says_that_there_is_no_pmu(self):
        text = self.answer("doctor").text
        self.assertIn("no  papi", text)
        self.assertIn("no  perf_event", text)
        self.assertIn("(no_pmu)", text)

    def test_the_sources_refuse_for_the_right_reason(self):
        for source in ("papi", "perf_event"):
            refusal = self.answer(source, status=1).lines()[0]
            self.assertEqual(refusal["reason"], "no_pmu")
            self.assertTrue(refusal["detail"] and refusal["remedy"])

    def test_no_hardware_counter_of_a_report_is_0(self):
        for report in ("workload", "program"):
            for counter in COUNTERS:
                self.assert_missing(self.run_values(report)[counter], "no_pmu")
