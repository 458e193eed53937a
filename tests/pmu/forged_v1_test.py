# SPDX-License-Identifier: Apache-2.0
"""A core that says it is a Neoverse V1: its native events, and no preset."""
from guest_case import LOOPS, GuestCase


class ForgedV1(GuestCase):
    CPU = "neoverse-n1,midr=0x411fd402"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer papi count-loops papi {LOOPS}
answer perf_event count-loops perf_event {LOOPS}
"""

    def test_it_is_taken_for_a_v1(self):
        self.assertIn("Neoverse V1", self.answer("doctor").text)
        self.assertEqual(self.measured("papi")[0]["instructions"]["detail"], "papi, arm_v1")

    def test_known_loops_count_exactly(self):
        for source in ("papi", "perf_event"):
            self.assert_exact(self.measured(source))

    def test_shares_of_a_whole_that_is_not_counted_are_missing_too(self):
        for counter in ("retiring", "bad_speculation", "frontend", "backend"):
            self.assert_missing(self.measured("papi")[0][f"topdown.{counter}"], "counts_nothing")
