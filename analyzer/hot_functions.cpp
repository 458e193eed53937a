// SPDX-License-Identifier: Apache-2.0
#include "analyzer/hot_functions.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/function_name.h"
#include "reports/statistics.h"

namespace hpct {

Value sample_share(const Profile& profile, std::int64_t samples) {
  if (profile.samples == 0) return Value::missing("%", MissingReason::too_few, "no samples");
  const double share = static_cast<double>(samples) / static_cast<double>(profile.samples);
  auto value = Value::of(share, "%", Provenance::sampled, "samples of the function / samples");
  value.interval = share_interval(share, profile.effective_samples);
  return value;
}

std::string hottest_text(const Profile& profile, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < std::min(count, profile.functions.size()); ++i) {
    const auto& function = profile.functions[i];
    const auto share = sample_share(profile, function.self);
    if (!share.known() || function.self == 0) break;
    text += fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", short_function_name(function.name),
                        *share.number * 100);
  }
  return text;
}

bool has_short_chains(const Profile& profile) {
  constexpr double kMostMustBeWhole = 0.5;
  return static_cast<double>(profile.complete_stacks) <
         kMostMustBeWhole * static_cast<double>(profile.samples);
}

}  // namespace hpct
