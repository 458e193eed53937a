// SPDX-License-Identifier: Apache-2.0
#include "collector/uncore_pmus.h"

#include <gmock/gmock.h>

#include "tests/collector/fake_root.h"

namespace hpct {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Two channels as Linux shows them on a server of two sockets, and what stands beside them.
FakeRoot two_channels() {
  return {{"sys/bus/event_source/devices/uncore_imc_0/type", "20\n"},
          {"sys/bus/event_source/devices/uncore_imc_0/cpumask", "0,32\n"},
          {"sys/bus/event_source/devices/uncore_imc_0/format/event", "config:0-7\n"},
          {"sys/bus/event_source/devices/uncore_imc_0/format/umask", "config:8-15\n"},
          {"sys/bus/event_source/devices/uncore_imc_1/type", "21\n"},
          {"sys/bus/event_source/devices/uncore_imc_1/cpumask", "0,32\n"},
          {"sys/bus/event_source/devices/uncore_imc_free_running_0/type", "30\n"},
          {"sys/bus/event_source/devices/uncore_cha_0/type", "31\n"},
          {"sys/bus/event_source/devices/odd/format/event", "config:0-7,32-35\n"},
          {"sys/bus/event_source/devices/odd/format/rdwrmask", "config:8-9\n"},
          {"sys/bus/event_source/devices/odd/format/filter", "config1:0-7\n"}};
}

UncorePmu odd(const FakeRoot& root) {
  return {"odd", 1, {}, root.path() / "sys/bus/event_source/devices/odd/format"};
}

TEST(UncorePmus, a_pattern_finds_all_channels_and_nothing_else) {
  const auto root = two_channels();
  const auto pmus = uncore_pmus("uncore_imc_*", root.path());
  ASSERT_EQ(pmus.size(), 2U);
  EXPECT_EQ(pmus[0].name, "uncore_imc_0");
  EXPECT_EQ(pmus[1].type, 21U);
  EXPECT_THAT(pmus[0].cpus, ElementsAre(0, 32));
}

TEST(UncorePmus, there_may_be_none) {
  const FakeRoot root;
  EXPECT_THAT(uncore_pmus("uncore_imc_*", root.path()), IsEmpty());
}

TEST(UncorePmus, terms_go_where_the_format_says) {
  const auto root = two_channels();
  const auto pmu = uncore_pmus("uncore_imc_0", root.path()).at(0);
  EXPECT_EQ(uncore_config(pmu, "event=0x05,umask=0xcf"), 0xcf05U);
}

TEST(UncorePmus, a_field_may_be_in_two_pieces) {
  const auto root = two_channels();
  EXPECT_EQ(uncore_config(odd(root), "event=0x1a0,rdwrmask=0x2"), 0x1000002a0U);
}

TEST(UncorePmus, a_term_that_is_unknown_or_too_large_gives_no_event) {
  const auto root = two_channels();
  EXPECT_EQ(uncore_config(odd(root), "umask=0x1"), std::nullopt);
  EXPECT_EQ(uncore_config(odd(root), "rdwrmask=0x4"), std::nullopt);
  EXPECT_EQ(uncore_config(odd(root), "event=five"), std::nullopt);
  EXPECT_EQ(uncore_config(odd(root), "event"), std::nullopt);
  EXPECT_EQ(uncore_config(odd(root), "filter=1"), std::nullopt) << "only the first word is configured";
}

}  // namespace
}  // namespace hpct
