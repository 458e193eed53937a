// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/finding.h"
#include "analyzer/repetitions.h"
#include "reports/unit.h"

namespace hpct::findings {
namespace {

// Fewer disturbed repetitions than this do not move the median.
constexpr double kManyDisturbed = 0.25;
// Only used when the run delay is unknown. A timer tick on a shared core preempts up to 100 or
// 250 times a second, a quiet core a few times.
constexpr double kForcedPerSecond = 20;
// Repetitions that differ by this much cannot show a change of a few per cent.
constexpr double kSpread = 0.1;

bool above(const Value& value, double limit) { return value.known() && *value.number > limit; }

std::string claim_of(bool waited, bool spread, const Value& waiting, const Value& forced,
                     const Value& scatter) {
  std::string claim;
  if (waited && waiting.known())
    claim = fmt::format("its threads waited for a core {} of the time", format_value(waiting));
  else if (waited)
    claim = fmt::format("its threads were pushed off their core {:.0f} times a second", *forced.number);
  if (spread)
    claim +=
        fmt::format("{}the repetitions scatter by {}", claim.empty() ? "" : " and ", format_value(scatter));
  return claim;
}

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  if (run.repetitions.empty()) return {};
  const auto waiting = waiting_share(run);
  const auto forced = forced_switches(run);
  const auto scatter = spread_of(run);
  const auto count = disturbed_repetitions(run);
  const bool waited = waiting.known() ? waited_for_cores(run) : above(forced, kForcedPerSecond);
  const bool spread = above(scatter, kSpread);
  const bool many = count.all() > kManyDisturbed * static_cast<double>(run.repetitions.size());
  if (!waited && !spread && !many) return {};
  auto finding = start_finding("disturbed_run", Severity::warning, run);
  finding.claim = claim_of(waited, spread, waiting, forced, scatter);
  if (many) finding.claim += (finding.claim.empty() ? "" : "; ") + disturbed_text(run);
  finding.evidence = {
      {"waiting for a core", waiting}, {"forced switches", forced}, {"spread (p10 to p90)", scatter}};
  finding.advice =
      waited
          ? "Close other programs or use fewer threads than cores, then measure again: this run's "
            "times include somebody else's work."
          : "Nobody took the cores: look for changing frequency, a busy host under a virtual "
            "machine, or cold caches and files (hpct-prof doctor). Measure again with more repetitions, and "
            "compare interleaved.";
  return {finding};
}

}  // namespace

extern const FindingInfo disturbed_run;
const FindingInfo disturbed_run{"disturbed_run", "Something else was going on while it was measured", check};

}  // namespace hpct::findings
