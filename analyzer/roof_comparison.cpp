// SPDX-License-Identifier: Apache-2.0
#include "analyzer/roof_comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/roofline.h"
#include "analyzer/text_table.h"
#include "reports/unit.h"

namespace hpct {
namespace {

bool same_roof(const Ceiling& a, const Ceiling& b) {
  return a.id == b.id && a.isa == b.isa && a.threads == b.threads;
}

/// A value without a band is a band of one point.
Interval band_of(const Value& value) {
  return value.interval.value_or(Interval{*value.number, *value.number});
}

bool bands_meet(const Value& a, const Value& b) {
  const auto one = band_of(a);
  const auto other = band_of(b);
  return one.low <= other.high && other.low <= one.high;
}

std::string change_of(const RoofPair& pair) {
  return fmt::format("{:+.1f} %", (*pair.candidate.value.number / *pair.base.value.number - 1) * 100);
}

bool shared_and_apart(const RoofPair& pair) {
  return !pair.agree && (pair.base.level == "L3" || pair.base.level == "DRAM");
}

std::string table_of(const std::vector<RoofPair>& pairs, const RenderOptions& options) {
  TextTable table({{"ROOF", Align::left}, {"ISA", Align::left}, {"ON"}, {"BASE"}, {"CANDIDATE"}, {"CHANGE"}});
  for (const auto& pair : pairs)
    if (!pair.agree)
      table.add({{roof_name_without_isa(pair.base), Style::strong},
                 pair.base.isa,
                 fmt::format("{}T", pair.base.threads),
                 format_value(pair.base.value),
                 format_value(pair.candidate.value),
                 change_of(pair)});
  return table.empty() ? "" : table.text(options);
}

}  // namespace

std::vector<RoofPair> compare_roofs(const Report& base, const Report& candidate) {
  std::vector<RoofPair> pairs;
  for (const auto& roof : base.ceilings) {
    const auto at = std::find_if(candidate.ceilings.begin(), candidate.ceilings.end(),
                                 [&](const Ceiling& other) { return same_roof(roof, other); });
    if (at == candidate.ceilings.end() || !roof.value.known() || !at->value.known()) continue;
    pairs.push_back({roof, *at, bands_meet(roof.value, at->value)});
  }
  return pairs;
}

std::string roof_comparison_text(const std::vector<RoofPair>& pairs, const RenderOptions& options) {
  const bool one_measurement =
      std::all_of(pairs.begin(), pairs.end(), [](const auto& pair) { return pair.base == pair.candidate; });
  if (one_measurement) return {};
  const auto agreeing =
      std::count_if(pairs.begin(), pairs.end(), [](const auto& pair) { return pair.agree; });
  auto out = table_of(pairs, options) +
             fmt::format("{} of {} roofs agree within their bands (10 % to 95 % of the samples)\n", agreeing,
                         pairs.size());
  if (std::any_of(pairs.begin(), pairs.end(), shared_and_apart))
    out += wrapped(
        "An L3 or a memory bus may be shared with other virtual machines, and its roof then moves with them",
        static_cast<std::size_t>(options.width), "", "");
  return out;
}

}  // namespace hpct
