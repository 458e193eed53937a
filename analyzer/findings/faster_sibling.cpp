// SPDX-License-Identifier: Apache-2.0
// What an experiment tells where counters do not: whatever a faster rung on the same units of the machine has
// left out cannot have been the machine's limit.
#include <fmt/format.h>

#include "analyzer/finding.h"
#include "analyzer/metric.h"
#include "analyzer/value_text.h"

namespace hpct::findings {
namespace {

// Compilers and memory layouts do less.
constexpr double kClearlyFaster = 1.1;

Value wall_of(const Run& run) { return value_or_missing(run.values, "time.wall", "s"); }

/// CPU time does not grow when somebody else has the core.
bool needs_less_cpu(const Run& other, const Run& run) {
  const auto slow = value_or_missing(run.values, "time.cpu", "s");
  const auto fast = value_or_missing(other.values, "time.cpu", "s");
  return slow.known() && fast.known() && *slow.number >= kClearlyFaster * *fast.number;
}

bool is_clearly_faster(const Run& other, const Run& run) {
  const auto slow = wall_of(run);
  const auto fast = wall_of(other);
  if (!slow.known() || !fast.known() || *slow.number < kClearlyFaster * *fast.number) return false;
  if (!needs_less_cpu(other, run)) return false;
  return !slow.interval || !fast.interval || fast.interval->high < slow.interval->low;
}

/// Another rung of the same ladder on as many threads: the same result by definition.
bool is_sibling(const Run& other, const Run& run) {
  return other.workload == run.workload && other.parameters == run.parameters && other.role == run.role &&
         other.threads == run.threads && !other.aside && !run.aside && other.variant != run.variant;
}

/// One with the same instruction set proves more; then the fastest.
const Run* fastest_sibling(const Report& report, const Run& run) {
  const Run* best = nullptr;
  for (const auto& other : report.runs) {
    if (!is_sibling(other, run) || !other.check.ok || !is_clearly_faster(other, run)) continue;
    const bool nearer = best == nullptr || (other.isa == run.isa && best->isa != run.isa);
    const bool farther = best != nullptr && other.isa != run.isa && best->isa == run.isa;
    if (nearer || (!farther && *wall_of(other).number < *wall_of(*best).number)) best = &other;
  }
  return best;
}

std::vector<Finding> check(const Report& report, const Run& run) {
  if (run.role != "workload") return {};
  const auto* other = fastest_sibling(report, run);
  if (other == nullptr) return {};
  const bool same = other->isa == run.isa;
  auto finding = start_finding("faster_sibling", Severity::info, run);
  finding.bound = same ? "its code" : "vector width";
  const auto slow = wall_of(run);
  const auto fast = wall_of(*other);
  finding.gain = derive("1", "time.wall / time.wall of the other", {&slow, &fast},
                        [&] { return *slow.number / *fast.number; });
  finding.claim =
      fmt::format("{} is {} as fast on {} with {}: {}", other->variant, times_text(*finding.gain.number),
                  threads_text(run.threads),
                  same ? "the same instruction set" : fmt::format("{} for {}", other->isa, run.isa),
                  same ? "no unit of the machine is the limit, but what is asked of it"
                       : "more is done by each instruction");
  finding.evidence = {{"time", slow}, {"time of " + other->variant, fast}};
  finding.advice = other->summary.empty() ? fmt::format("See what {} does differently.", other->variant)
                                          : fmt::format("Do as {} does: {}.", other->variant, other->summary);
  return {finding};
}

}  // namespace

extern const FindingInfo faster_sibling;
const FindingInfo faster_sibling{"faster_sibling", "Another rung does the same on the same units faster",
                                 check};

}  // namespace hpct::findings
