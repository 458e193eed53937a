// SPDX-License-Identifier: Apache-2.0
#include "collector/noise_advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hpct {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

NoiseMeasurement silence() {
  NoiseMeasurement seen;
  seen.noise = {.seconds = 1,
                .gaps = 0,
                .clock_spread = 0.001,
                .run_delay = 0,
                .stolen = 0,
                .other_cores = 0,
                .score = 0};
  return seen;
}

/// The only piece of advice.
NoiseAdvice only(const NoiseMeasurement& seen, const NoiseSettings& settings) {
  const auto advice = noise_advice(seen, settings);
  EXPECT_EQ(advice.size(), 1U);
  return advice.empty() ? NoiseAdvice{} : advice.front();
}

TEST(NoiseAdvice, a_quiet_well_set_machine_needs_none) {
  EXPECT_THAT(noise_advice(silence(), {}), IsEmpty());
}

TEST(NoiseAdvice, names_the_programs_that_keep_cores_busy) {
  auto seen = silence();
  seen.noise.other_cores = 1.2;
  seen.busiest = {{42, "cc1plus", 0.98}};
  const auto advice = only(seen, {});
  EXPECT_THAT(advice.what, HasSubstr("cc1plus (42, 98 % of a core)"));
  EXPECT_THAT(advice.user, HasSubstr("fewer threads"));
}

TEST(NoiseAdvice, a_governor_that_follows_the_load_can_be_set_by_root) {
  NoiseSettings settings;
  settings.governor = "powersave";
  EXPECT_THAT(only(silence(), settings).root, HasSubstr("frequency-set -g performance"));
}

TEST(NoiseAdvice, says_how_to_switch_turbo_off) {
  NoiseSettings settings;
  settings.turbo = "on";
  EXPECT_THAT(only(silence(), settings).root, HasSubstr("no_turbo"));
}

TEST(NoiseAdvice, in_a_virtual_machine_only_side_by_side_comparisons_help) {
  NoiseSettings settings;
  settings.hypervisor = "KVM";
  EXPECT_THAT(only(silence(), settings).user, HasSubstr("interleaved"));
}

TEST(NoiseAdvice, a_quota_below_the_cores_asks_for_fewer_threads) {
  NoiseSettings settings;
  settings.usable = 8;
  settings.cpu_quota = 2.5;
  EXPECT_EQ(only(silence(), settings).user, "--threads 2");
}

TEST(NoiseAdvice, a_quota_of_all_cores_is_none) {
  NoiseSettings settings;
  settings.usable = 2;
  settings.cpu_quota = 2;
  EXPECT_THAT(noise_advice(silence(), settings), IsEmpty());
}

TEST(NoiseAdvice, a_clock_that_moves_for_no_known_reason_is_still_named) {
  auto seen = silence();
  seen.noise.clock_spread = 0.08;
  EXPECT_THAT(only(seen, {}).what, HasSubstr("8.0 %"));
}

TEST(NoiseAdvice, hardware_threads_numa_pages_and_interrupts_have_their_lines) {
  NoiseSettings settings;
  settings.smt = settings.numa_balancing = settings.irqs_balanced = true;
  settings.transparent_huge_pages = "always";
  EXPECT_EQ(noise_advice(silence(), settings).size(), 4U);
}

}  // namespace
}  // namespace hpct
