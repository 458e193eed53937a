// SPDX-License-Identifier: Apache-2.0
#include "analyzer/run_pairs.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpct {
namespace {

bool same_variant(const Run& a, const Run& b) { return a.workload == b.workload && a.variant == b.variant; }
bool same_threads(const Run& a, const Run& b) { return same_variant(a, b) && a.threads == b.threads; }
bool same_all(const Run& a, const Run& b) { return same_threads(a, b) && a.parameters == b.parameters; }

std::vector<const Run*> runs_to_compare(const Report& report) {
  std::vector<const Run*> runs;
  for (const auto& run : report.runs)
    if (run.role != "ceiling") runs.push_back(&run);
  return runs;
}

using Alike = bool (*)(const Run&, const Run&);

void pair_up(std::vector<RunPair>& pairs, std::vector<const Run*>& candidates, Alike alike) {
  for (auto& pair : pairs) {
    if (pair.candidate != nullptr) continue;
    const auto at = std::find_if(candidates.begin(), candidates.end(),
                                 [&](const Run* run) { return alike(*pair.base, *run); });
    if (at == candidates.end()) continue;
    pair.candidate = *at;
    candidates.erase(at);
  }
}

}  // namespace

std::vector<RunPair> pair_runs(const Report& base, const Report& candidate) {
  std::vector<RunPair> pairs;
  for (const auto* run : runs_to_compare(base)) pairs.push_back({run, nullptr});
  auto candidates = runs_to_compare(candidate);
  for (const auto alike : {Alike{same_all}, Alike{same_threads}, Alike{same_variant}})
    pair_up(pairs, candidates, alike);
  for (const auto* run : candidates) pairs.push_back({nullptr, run});
  return pairs;
}

std::string to_text(const Scalar& scalar) {
  return std::visit([](const auto& value) { return fmt::format("{}", value); }, scalar);
}

}  // namespace hpct
