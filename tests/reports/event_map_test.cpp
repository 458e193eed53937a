// SPDX-License-Identifier: Apache-2.0
#include "reports/event_map.h"

#include <gmock/gmock.h>

namespace hpct {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kMap = R"({
  "core": "some_core", "title": "Some Core",
  "cpus": [{"vendor": "V", "family": 6, "models": ["85", "0x10-0x1f"]}],
  "libpfm": ["some"], "sources": ["a manual"],
  "metrics": {
    "flops.dp": {"events": [{"name": "S", "raw": "0x1c7"}, {"name": "V2", "raw": "0x4c7", "weight": 2}], "note": "n"},
    "flops.hp": {"missing": "it has none"}
  } })";

TEST(EventMap, is_read_from_its_json) {
  const auto map = parse_event_map(kMap, "some_core").value();
  EXPECT_EQ(map.title, "Some Core");
  const auto& flops = map.metrics.at("flops.dp");
  ASSERT_EQ(flops.events.size(), 2U);
  EXPECT_EQ(flops.events[0].code(), 0x1c7U);
  EXPECT_EQ(flops.events[0].weight, 1);
  EXPECT_EQ(flops.events[1].weight, 2);
  EXPECT_EQ(map.metrics.at("flops.hp").missing, "it has none");
}

TEST(EventMap, a_damaged_map_names_file_and_place) {
  const auto error = parse_event_map(R"({"core": 3})", "some_core").error();
  EXPECT_EQ(error.code, ErrorCode::bad_file);
  EXPECT_THAT(error.message, HasSubstr("some_core"));
  EXPECT_THAT(error.message, HasSubstr("/core"));
}

TEST(EventMap, models_are_numbers_and_ranges) {
  const auto cpus = parse_event_map(kMap, "some_core").value().cpus.at(0);
  EXPECT_TRUE(cpus.include("V", 6, 85));
  EXPECT_TRUE(cpus.include("V", 6, 0x10));
  EXPECT_TRUE(cpus.include("V", 6, 0x1f));
  EXPECT_FALSE(cpus.include("V", 6, 0x20));
  EXPECT_FALSE(cpus.include("V", 6, -1));
  EXPECT_FALSE(cpus.include("V", 7, 85));
  EXPECT_FALSE(cpus.include("W", 6, 85));
}

TEST(EventMap, a_code_is_a_number_or_none) {
  EXPECT_EQ((NativeEvent{.name = "", .raw = "0x1000001a0"}.code()), 0x1000001a0U);
  EXPECT_EQ((NativeEvent{.name = "", .raw = "event=0x05"}.code()), std::nullopt);
  EXPECT_EQ((NativeEvent{.name = "", .raw = ""}.code()), std::nullopt);
}

TEST(EventMap, a_formula_reads_like_one) {
  const NativeEvent a{.name = "A", .raw = {}};
  const NativeEvent b2{.name = "B", .raw = {}, .weight = 2};
  const NativeEvent minus{.name = "C", .raw = {}, .weight = -1};
  MetricEvents metric;
  metric.events = {a};
  EXPECT_EQ(formula_of(metric), "A");
  metric.events = {a, b2, minus};
  EXPECT_EQ(formula_of(metric), "A + 2 * B - C");
  metric.per = {b2};
  EXPECT_EQ(formula_of(metric), "(A + 2 * B - C) / (2 * B)");
  metric.per = {a};
  EXPECT_EQ(formula_of(metric), "(A + 2 * B - C) / A");
  metric.per.clear();
  metric.events = {a};
  metric.scale = 64;
  metric.sum_over = "uncore_imc_*";
  EXPECT_EQ(formula_of(metric), "64 * sum over uncore_imc_* of (A)");
}

}  // namespace
}  // namespace hpct
