// SPDX-License-Identifier: Apache-2.0
#include "collector/ceilings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "reports/statistics.h"

namespace hpct {
namespace {

/// What is known about a limit besides its measurement.
struct LimitFacts {
  std::string_view id;
  std::string_view level;  ///< empty for arithmetic
};

constexpr std::array<LimitFacts, 7> kLimits{{{"l1.load", "L1"},
                                             {"l2.load", "L2"},
                                             {"l3.load", "L3"},
                                             {"dram.load", "DRAM"},
                                             {"fma.fp32", ""},
                                             {"fma.fp64", ""},
                                             {"fma.bf16", ""}}};

struct LimitName {
  const LimitFacts* facts = nullptr;
  std::string_view isa;
  int threads = 0;
};

/// "l1.load/avx2/4", or nothing.
std::optional<LimitName> parse_name(std::string_view text) {
  const auto first = text.find('/');
  const auto last = text.rfind('/');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  LimitName name;
  const auto* const known = std::find_if(kLimits.begin(), kLimits.end(), [&](const LimitFacts& facts) {
    return facts.id == text.substr(0, first);
  });
  name.isa = text.substr(first + 1, last - first - 1);
  const auto number = text.substr(last + 1);
  const auto* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, name.threads);
  if (known == kLimits.end() || error != std::errc{} || stop != end || name.threads < 1) return std::nullopt;
  name.facts = known;
  return name;
}

std::string convention(const LimitName& name) {
  if (!name.facts->level.empty())
    return "bytes loaded, nothing is stored (so no write-allocate); on several threads each its own bytes";
  if (name.isa == "baseline") return "2 flop per lane: a multiply and an add, these instructions have no FMA";
  return "2 flop per lane of a fused multiply-add";
}

/// The amount of work over each repetition's time; empty when there is nothing to divide by.
std::vector<double> rates(double amount, const std::vector<Repetition>& repetitions) {
  std::vector<double> result;
  for (const auto& repetition : repetitions)
    if (repetition.wall_ns > 0) result.push_back(amount / (static_cast<double>(repetition.wall_ns) * 1e-9));
  return result;
}

Value rate(const Run& run, const std::string& work_name, const std::string& unit) {
  const auto work = run.values.find(work_name);
  if (work == run.values.end() || !work->second.known())
    return Value::missing(unit, MissingReason::not_declared, "the run does not say its " + work_name);
  const auto samples = rates(*work->second.number, run.repetitions);
  if (samples.empty()) return Value::missing(unit, MissingReason::too_few, "the run has no repetitions");
  auto value =
      Value::of(median(samples), unit, Provenance::measured, "median of " + work_name + " / wall time");
  value.interval = Interval{quantile(samples, 0.1), quantile(samples, 0.9)};
  return value;
}

}  // namespace

std::vector<Ceiling> ceilings_from(const std::vector<Run>& runs) {
  std::vector<Ceiling> ceilings;
  for (const auto& run : runs) {
    const auto name = run.role == "ceiling" ? parse_name(run.variant) : std::nullopt;
    if (!name) continue;
    const bool loads = !name->facts->level.empty();
    ceilings.push_back(
        {.id = std::string(name->facts->id),
         .kind = loads ? "bandwidth" : "compute",
         .level = std::string(name->facts->level),
         .isa = std::string(name->isa),
         .threads = name->threads,
         .convention = convention(*name),
         .value = loads ? rate(run, "work.bytes_read", "B/s") : rate(run, "work.flops", "flop/s")});
  }
  return ceilings;
}

}  // namespace hpct
