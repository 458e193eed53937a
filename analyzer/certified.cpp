// SPDX-License-Identifier: Apache-2.0
#include "analyzer/certified.h"

#include <fmt/format.h>

namespace hpct {
namespace {

// What is scaled up from less than this says too much about the parts that were looked at.
constexpr double kEnoughRunning = 0.9;

}  // namespace

Certification certification_of(const Report& report, std::string_view counter) {
  auto found = Certification::untried;
  for (const auto& entry : report.certificate) {
    if (entry.counter != counter) continue;
    if (!entry.ok) return Certification::refuted;
    found = Certification::certified;
  }
  return found;
}

std::string why_not_for_a_gate(const Report& report, std::string_view counter, const Value& value) {
  if (!value.known()) return fmt::format("{} is missing: {}", counter, value.detail);
  if (value.provenance == Provenance::scaled && value.running_share.value_or(0) < kEnoughRunning)
    return fmt::format("{} was counted for {:.0f} % of the time only", counter,
                       value.running_share.value_or(0) * 100);
  switch (certification_of(report, counter)) {
    case Certification::certified:
      return {};
    case Certification::refuted:
      return fmt::format("{} miscounts work of known size", counter);
    case Certification::untried:
      return fmt::format("{} was not certified: hpct-prof doctor --certify", counter);
  }
  return {};
}

}  // namespace hpct
