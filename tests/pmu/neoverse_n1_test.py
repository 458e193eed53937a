# SPDX-License-Identifier: Apache-2.0
"""A CPU for which PAPI has not one preset: its native events must do."""
from guest_case import LOOPS, GuestCase


class NeoverseN1(GuestCase):
    CPU = "neoverse-n1"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer papi count-loops papi {LOOPS}
answer perf_event count-loops perf_event {LOOPS}
"""

    def test_doctor_says_that_papi_counts(self):
        self.assertIn("yes papi", self.answer("doctor").text)

    def test_known_loops_count_exactly(self):
        for source in ("papi", "perf_event"):
            self.assert_exact(self.measured(source))

    def test_the_events_are_those_of_the_core(self):
        value = self.measured("papi")[0]["instructions"]
        self.assertEqual((value["formula"], value["detail"]), ("INST_RETIRED", "papi, arm_n1"))

    def test_what_the_core_cannot_count_is_missing_and_says_why(self):
        self.assert_missing(self.measured("papi")[0]["flops.dp"], "event_unknown")

    def test_an_event_that_counts_nothing_is_missing_and_not_0(self):
        for counter in ("branches", "branch.misses", "l1d.misses", "l2.misses", "l3.misses"):
            self.assert_missing(self.measured("papi")[0][counter], "counts_nothing")
