# SPDX-License-Identifier: Apache-2.0
"""The kernel refuses counters to users, as Debian's does by default; PAPI then refuses them even to root."""
from guest_case import LOOPS, GuestCase


class Paranoid3(GuestCase):
    CPU = "cortex-a57"
    PARANOID = 3
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer user_doctor as-user hpct-prof doctor
answer papi count-loops papi 1000
answer user_papi as-user count-loops papi 1000
answer perf_event count-loops perf_event {LOOPS}
answer user_perf_event as-user count-loops perf_event 1000
as-user hpct-prof run mandelbrot --set width=32 --set height=24 --repetitions 1 --no-ceilings -o user.json >/dev/null 2>&1
answer user_workload cat user.json
as-user hpct-prof run --no-ceilings -o user.json -- known-loop 1000 >/dev/null 2>&1
answer user_program cat user.json
"""

    def test_root_counts_known_loops_exactly(self):
        self.assert_exact(self.measured("perf_event"))

    def test_papi_refuses_root_for_lack_of_permission(self):
        refusal = self.answer("papi", status=1).lines()[0]
        self.assertEqual(refusal["reason"], "permission")
        self.assertIn("paranoid=3", refusal["detail"])

    def test_a_user_is_refused_for_lack_of_permission(self):
        for source in ("user_papi", "user_perf_event"):
            refusal = self.answer(source, status=1).lines()[0]
            self.assertEqual(refusal["reason"], "permission")
            self.assertIn("perf_event_paranoid is 3", refusal["detail"])

    def test_a_users_reports_say_what_is_missing_and_why(self):
        for report in ("user_workload", "user_program"):
            for counter in ("instructions", "cycles", "branches", "l1d.misses"):
                self.assert_missing(self.run_values(report)[counter], "permission")

    def test_doctor_names_the_setting_that_helps(self):
        self.assertIn("sysctl kernel.perf_event_paranoid=2", " ".join(self.answer("user_doctor").text.split()))
