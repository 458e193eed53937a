// SPDX-License-Identifier: Apache-2.0
#include "analyzer/certified.h"

#include <fmt/format.h>

#include "analyzer/trust.h"

namespace hpct {
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
  if (const auto doubt = distrust(value); !doubt.empty()) return fmt::format("{}: {}", counter, doubt);
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
