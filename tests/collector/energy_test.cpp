// SPDX-License-Identifier: Apache-2.0
#include "collector/energy.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/collector/fake_root.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

constexpr const char* kZone = "sys/class/powercap/intel-rapl:0";

/// Two packages, each with a part of itself, and the board.
FakeRoot two_packages() {
  return FakeRoot{{"sys/class/powercap/intel-rapl:0/name", "package-0\n"},
                  {"sys/class/powercap/intel-rapl:0/energy_uj", "999000000\n"},
                  {"sys/class/powercap/intel-rapl:0/max_energy_range_uj", "1000000000\n"},
                  {"sys/class/powercap/intel-rapl:1/name", "package-1\n"},
                  {"sys/class/powercap/intel-rapl:1/energy_uj", "5000000\n"},
                  {"sys/class/powercap/intel-rapl:1/max_energy_range_uj", "1000000000\n"},
                  {"sys/class/powercap/intel-rapl:0:0/name", "core\n"},
                  {"sys/class/powercap/intel-rapl:0:0/energy_uj", "1\n"},
                  {"sys/class/powercap/intel-rapl:2/name", "psys\n"},
                  {"sys/class/powercap/intel-rapl:2/energy_uj", "1\n"}};
}

void write(const FakeRoot& root, const std::string& name, const std::string& text) {
  std::ofstream(root.path() / name) << text;
}

Value measured(const FakeRoot& root, const std::string& package_0, const std::string& package_1) {
  const auto source = make_energy_source(find_energy_meters(root.path()));
  source->start();
  write(root, "sys/class/powercap/intel-rapl:0/energy_uj", package_0);
  write(root, "sys/class/powercap/intel-rapl:1/energy_uj", package_1);
  source->stop();
  return source->read().at(0).second;
}

TEST(Energy, adds_up_the_packages_and_not_their_parts) {
  const auto root = two_packages();
  EXPECT_EQ(find_energy_meters(root.path()).meters.size(), 2U);
  const auto value = measured(root, "999500000\n", "5250000\n");
  EXPECT_DOUBLE_EQ(value.number.value(), 0.75);
  EXPECT_EQ(value.unit, "J");
  EXPECT_EQ(value.provenance, Provenance::measured);
}

TEST(Energy, a_meter_that_starts_again_from_zero_is_followed) {
  const auto root = two_packages();
  EXPECT_DOUBLE_EQ(measured(root, "2000000\n", "5000000\n").number.value(), 3);
}

TEST(Energy, hwmon_sockets_are_taken_where_there_is_no_powercap) {
  const FakeRoot root{{"sys/class/hwmon/hwmon0/name", "amd_energy\n"},
                      {"sys/class/hwmon/hwmon0/energy1_label", "Ecore000\n"},
                      {"sys/class/hwmon/hwmon0/energy1_input", "1\n"},
                      {"sys/class/hwmon/hwmon0/energy2_label", "Esocket0\n"},
                      {"sys/class/hwmon/hwmon0/energy2_input", "7\n"}};
  const auto energy = find_energy_meters(root.path());
  ASSERT_EQ(energy.meters.size(), 1U);
  EXPECT_EQ(energy.meters[0].read(), 7U);
  EXPECT_THAT(energy.found.detail, HasSubstr("hwmon"));
}

TEST(Energy, a_meter_that_stands_still_is_a_phantom) {
  const auto root = two_packages();
  const auto found = probe_energy(root.path()).found;
  EXPECT_FALSE(found.usable);
  EXPECT_EQ(found.reason, MissingReason::phantom);
}

TEST(Energy, what_no_package_can_take_is_a_phantom) {
  EXPECT_EQ(judge_energy(50, 0.02, "a meter").reason, MissingReason::phantom);
  EXPECT_TRUE(judge_energy(2, 0.02, "a meter").usable);
  EXPECT_EQ(judge_energy(0, 0.02, "a meter").reason, MissingReason::phantom);
}

TEST(Energy, a_machine_without_meters_says_so) {
  const FakeRoot root;
  const auto found = find_energy_meters(root.path()).found;
  EXPECT_EQ(found.reason, MissingReason::not_found);
  EXPECT_FALSE(found.remedy.empty());
}

TEST(Energy, a_meter_for_root_only_is_a_matter_of_permission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const auto root = two_packages();
  std::filesystem::permissions(root.path() / kZone / "energy_uj", std::filesystem::perms::none);
  const auto found = find_energy_meters(root.path()).found;
  EXPECT_EQ(found.reason, MissingReason::permission);
  EXPECT_THAT(found.remedy, HasSubstr("chmod"));
}

TEST(Energy, a_meter_that_stops_to_answer_is_missing_and_not_zero) {
  EnergyMeters energy;
  energy.meters.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC), EnergyMeter::Kind::text, 1, 0);
  const auto source = make_energy_source(std::move(energy));
  source->start();
  source->stop();
  EXPECT_FALSE(source->read().at(0).second.known());
}

}  // namespace
}  // namespace hpct
