# SPDX-License-Identifier: Apache-2.0
"""A core that says it is an A64FX: PAPI then claims 8 counters where 7 events fit."""
from guest_case import LOOPS, GuestCase


class ForgedA64fx(GuestCase):
    CPU = "cortex-a57,midr=0x461f0010"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer loops count-loops papi {LOOPS}
"""

    def test_instructions_of_known_loops_differ_exactly(self):
        self.assert_exact(self.measured("loops"))
