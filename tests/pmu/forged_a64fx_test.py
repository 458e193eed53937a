# SPDX-License-Identifier: Apache-2.0
"""A core that says it is an A64FX: PAPI then claims 8 counters where 7 events fit."""
from guest_case import LOOPS, GuestCase


class ForgedA64fx(GuestCase):
    CPU = "cortex-a57,midr=0x461f0010"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer papi count-loops papi {LOOPS}
answer perf_event count-loops perf_event {LOOPS}
answer copies count-copies papi together {LOOPS}
"""

    def test_it_is_taken_for_an_a64fx(self):
        self.assertIn("A64FX", self.answer("doctor").text)
        self.assertEqual(self.measured("papi")[0]["instructions"]["detail"], "papi, arm_a64fx")

    def test_known_loops_count_exactly(self):
        for source in ("papi", "perf_event"):
            self.assert_exact(self.measured(source))

    def test_the_eighth_event_is_a_conflict_whatever_papi_claims(self):
        limit = self.answer("copies").lines()[0]
        self.assertEqual((limit["fit"], limit["reason"]), (7, "conflict"))

    def test_what_does_not_fit_is_counted_in_another_pass(self):
        lines = self.answer("copies").lines()[1:]
        for number in range(lines[0]["passes"]):
            self.assert_differences([line["values"] for line in lines if line["pass"] == number], "instructions", 2)
