# SPDX-License-Identifier: Apache-2.0
"""The kernel refuses counters to users, as Debian's does by default; PAPI then refuses them even to root."""
from guest_case import GuestCase


class Paranoid3(GuestCase):
    CPU = "cortex-a57"
    PARANOID = 3
    COMMANDS = """
answer doctor hpct-prof doctor
answer user_doctor as-user hpct-prof doctor
answer papi count-loops papi 1000
answer user_papi as-user count-loops papi 1000
"""

    def test_papi_is_refused_for_lack_of_permission(self):
        for who in ("papi", "user_papi"):
            refusal = self.answer(who, status=1).lines()[0]
            self.assertEqual(refusal["reason"], "permission")
            self.assertIn("perf_event_paranoid is 3", refusal["detail"])

    def test_doctor_names_the_setting_that_helps(self):
        self.assertIn("sysctl kernel.perf_event_paranoid=2", " ".join(self.answer("user_doctor").text.split()))
