# SPDX-License-Identifier: Apache-2.0
"""A core that says it is a Neoverse V1: its native events, and no preset."""
from guest_case import LOOPS, GuestCase


class ForgedV1(GuestCase):
    CPU = "neoverse-n1,midr=0x411fd402"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer loops count-loops papi {LOOPS}
"""

    def test_instructions_of_known_loops_differ_exactly(self):
        self.assert_exact(self.measured("loops"))
