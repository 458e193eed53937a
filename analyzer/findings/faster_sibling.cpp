// SPDX-License-Identifier: Apache-2.0
// What an experiment tells where counters do not: whatever a faster rung on the same units of the machine has
// left out cannot have been the machine's limit.
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <variant>

#include "analyzer/finding.h"
#include "analyzer/instruction_counts.h"
#include "analyzer/metric.h"
#include "analyzer/value_text.h"

namespace hpct::findings {
namespace {

// Compilers and memory layouts do less.
constexpr double kClearlyFaster = 1.1;
// A cause that explains so much of the logarithm of a speed-up explains the speed-up.
constexpr double kMost = 0.7;

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

/// Bits of the registers that an instruction set's kernels use; a baseline kernel may use what the compiler
/// makes of it.
int register_bits(std::string_view isa) {
  if (isa == "amx") return 16 * 512;
  if (isa.starts_with("avx512")) return 512;
  return isa == "avx2" ? 256 : isa == "neon" ? 128 : 64;
}

/// Was the same simulated but for smaller numbers, with which instructions grow? Another text ("model=tiny")
/// is another problem, in which the instructions of two variants may be in another proportion.
bool simulated_the_same(const Run& run) {
  if (!run.simulation) return false;
  for (const auto& [name, value] : run.simulation->parameters) {
    const auto* const text = std::get_if<std::string>(&value);
    const auto own = run.parameters.find(name);
    if (text != nullptr && !text->empty() && (own == run.parameters.end() || own->second != value))
      return false;
  }
  return true;
}

/// How many times the instructions of `other` the run executes, counted by the hardware or on the same
/// simulated CPU; missing when neither was.
Value instruction_ratio(const Run& run, const Run& other) {
  for (const auto name : {std::string_view("instructions"), kSimulatedCount}) {
    if (name == kSimulatedCount && (!simulated_the_same(run) || !simulation_difference(run, other).empty()))
      continue;
    const auto many = value_or_missing(run.values, name, "1");
    const auto few = value_or_missing(other.values, name, "1");
    auto ratio = derive("1", fmt::format("{} / {} of the other", name, name), {&many, &few},
                        [&] { return *many.number / *few.number; });
    if (ratio.known()) return ratio;
  }
  return Value::missing("1", MissingReason::not_found, "nobody counted instructions");
}

/// What the time went into that the sibling saved: instructions, or waiting for those that it has too.
std::string bound_of(const Value& gain, const Value& instructions) {
  if (!instructions.known() || *instructions.number <= 0) return "its code";
  const double explained = std::log(*instructions.number) / std::log(*gain.number);
  return explained >= kMost ? "instructions" : explained <= 1 - kMost ? "latency" : "its code";
}

std::string_view meaning_of(std::string_view bound) {
  if (bound == "vector width") return "more is done by each instruction";
  if (bound == "latency")
    return "it executes about as many instructions, so this one waits: latency or branches";
  if (bound == "instructions") return "it executes so many fewer instructions";
  return "no unit of the machine is the limit, but what is asked of it";
}

std::vector<Finding> check(const Report& report, const Run& run) {
  if (run.role != "workload") return {};
  const auto* other = fastest_sibling(report, run);
  if (other == nullptr) return {};
  const bool same = other->isa == run.isa;
  auto finding = start_finding("faster_sibling", Severity::info, run);
  const auto slow = wall_of(run);
  const auto fast = wall_of(*other);
  const auto instructions = instruction_ratio(run, *other);
  finding.gain = derive("1", "time.wall / time.wall of the other", {&slow, &fast},
                        [&] { return *slow.number / *fast.number; });
  const bool wider = register_bits(other->isa) > register_bits(run.isa);
  finding.bound = wider ? "vector width" : bound_of(finding.gain, instructions);
  finding.claim =
      fmt::format("{} is {} as fast on {} with {}: {}", other->variant, times_text(*finding.gain.number),
                  threads_text(run.threads),
                  same ? "the same instruction set" : fmt::format("{} for {}", other->isa, run.isa),
                  meaning_of(finding.bound));
  finding.evidence = {
      {"time", slow}, {"time of " + other->variant, fast}, {"times its instructions", instructions}};
  finding.advice = other->summary.empty() ? fmt::format("See what {} does differently.", other->variant)
                                          : fmt::format("Do as {} does: {}.", other->variant, other->summary);
  return {finding};
}

}  // namespace

extern const FindingInfo faster_sibling;
const FindingInfo faster_sibling{"faster_sibling", "Another rung does the same on the same units faster",
                                 check};

}  // namespace hpct::findings
