# SPDX-License-Identifier: Apache-2.0
"""A core that says it is a ThunderX2, for which hpct-prof has no event map: PAPI's presets."""
from guest_case import LOOPS, GuestCase


class ForgedThunderX2(GuestCase):
    CPU = "cortex-a57,midr=0x431f0af1"
    COMMANDS = f"""
answer doctor hpct-prof doctor
answer papi count-loops papi {LOOPS}
answer perf_event count-loops perf_event {LOOPS}
"""

    def test_presets_count_known_loops_exactly(self):
        self.assert_exact(self.measured("papi"))
        value = self.measured("papi")[0]["instructions"]
        self.assertEqual(value["formula"], "PAPI_TOT_INS")

    def test_the_kernels_generic_events_count_known_loops_exactly(self):
        self.assert_exact(self.measured("perf_event"))
        value = self.measured("perf_event")[0]["instructions"]
        self.assertEqual(value["formula"], "perf::INSTRUCTIONS")

    def test_a_refusal_by_the_kernel_does_not_speak_of_presets(self):
        self.assertNotIn("PAPI", self.measured("perf_event")[0]["branches"]["detail"])
