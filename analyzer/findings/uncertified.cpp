// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "analyzer/finding.h"

namespace hpct::findings {
namespace {

/// The kernel that each refuted counter got most wrong.
std::vector<const CertificateEntry*> refuted(const Report& report) {
  std::vector<const CertificateEntry*> worst;
  const auto error = [](const CertificateEntry& entry) {
    return std::abs(entry.measured / entry.expected - 1);
  };
  for (const auto& entry : report.certificate) {
    if (entry.ok) continue;
    const auto at = std::find_if(worst.begin(), worst.end(),
                                 [&](const auto* other) { return other->counter == entry.counter; });
    if (at == worst.end())
      worst.push_back(&entry);
    else if (error(entry) > error(**at))
      *at = &entry;
  }
  return worst;
}

/// The machine's counters are the same in every run: said once.
std::vector<Finding> check(const Report& report, const Run& run) {
  const auto worst = refuted(report);
  if (worst.empty() || &run != &report.runs.front()) return {};
  auto finding = start_finding("uncertified", Severity::warning, run);
  std::vector<std::string> claims;
  for (const auto* entry : worst) {
    claims.push_back(fmt::format("{} is {:.2f} times the truth on {}", entry->counter,
                                 entry->measured / entry->expected, entry->kernel));
    finding.evidence.push_back(
        {entry->event, Value::of(entry->measured / entry->expected, "1", Provenance::measured)});
  }
  finding.claim = fmt::format("counters that miscount known work are left out: {}", fmt::join(claims, "; "));
  finding.advice =
      "Another kernel or microcode may count right; hpct-prof doctor --certify tries again and shows all.";
  return {finding};
}

}  // namespace

extern const FindingInfo uncertified;
const FindingInfo uncertified{"uncertified", "Hardware counters that miscount work of known size", check};

}  // namespace hpct::findings
