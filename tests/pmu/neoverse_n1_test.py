# SPDX-License-Identifier: Apache-2.0
"""A CPU for which PAPI has not one preset: its own events, or the kernel's generic ones, must do."""
from guest_case import LOOPS, GuestCase


class NeoverseN1(GuestCase):
    CPU = "neoverse-n1"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer loops count-loops papi {LOOPS}
"""

    def test_doctor_says_that_papi_counts(self):
        self.assertIn("yes papi", self.answer("doctor").text)

    def test_instructions_of_known_loops_differ_exactly(self):
        self.assert_exact(self.measured("loops"))

    def test_instructions_do_not_come_from_a_preset(self):
        self.assertNotIn("PAPI_", self.measured("loops")[0]["instructions"]["detail"])

    def test_what_the_emulated_core_does_not_count_is_missing(self):
        for counter in ("branches", "l3.misses"):
            self.assertEqual(self.measured("loops")[0][counter]["provenance"], "missing", counter)
