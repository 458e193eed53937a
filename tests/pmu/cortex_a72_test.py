# SPDX-License-Identifier: Apache-2.0
"""A CPU that PAPI's libpfm4 does not know, under a kernel that does."""
from guest_case import GuestCase


class CortexA72(GuestCase):
    CPU = "cortex-a72"
    COMMANDS = """
answer doctor hpct-prof doctor
answer papi count-loops papi 1000
"""

    def test_papi_says_that_it_does_not_know_the_cpu(self):
        self.assertEqual(self.answer("papi", status=1).lines()[0]["reason"], "pmu_unknown")
        self.assertIn("(pmu_unknown)", self.answer("doctor").text)
