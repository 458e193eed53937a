// SPDX-License-Identifier: Apache-2.0
#include "collector/ceilings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "reports/statistics.h"

namespace hpct {
namespace {

// A sample during which the clock stepped belongs to neither of its clocks.
constexpr double kSteadyClock = 0.01;
// With fewer steady samples than these all are taken: a wide band is better than a wrong one.
constexpr std::size_t kFewestSteady = 5;

struct Level {
  std::string_view prefix;  ///< of the id
  std::string_view name;
};
constexpr std::array<Level, 4> kLevels{{{"l1", "L1"}, {"l2", "L2"}, {"l3", "L3"}, {"dram", "DRAM"}}};

struct Loop {
  std::string_view name;  ///< after the level
  std::string_view convention;
};
constexpr std::array<Loop, 4> kLoops{
    {{"load", "bytes loaded, nothing is stored"},
     {"copy", "a = b: bytes loaded and stored; reading a line before it is overwritten is not counted"},
     {"triad",
      "a = b + s * c: bytes loaded and stored; reading a line before it is overwritten is not counted"},
     {"nt_triad", "a = b + s * c: bytes loaded and stored, the stores go past the caches"}}};

constexpr std::array<std::string_view, 5> kArithmetic{"fma.fp64", "fma.fp32", "fma.fp16", "dot.bf16",
                                                      "dot.int8"};

struct LimitName {
  std::string_view id;
  std::string_view level;  ///< empty for arithmetic
  std::string_view convention;
  std::string_view isa;
  int threads = 0;
};

/// Level and convention of "l1.load"; false for an id that is none.
bool describe_id(LimitName& name) {
  if (std::find(kArithmetic.begin(), kArithmetic.end(), name.id) != kArithmetic.end()) return true;
  const auto dot = name.id.find('.');
  if (dot == std::string_view::npos) return false;
  for (const auto& level : kLevels)
    if (level.prefix == name.id.substr(0, dot)) name.level = level.name;
  for (const auto& loop : kLoops)
    if (loop.name == name.id.substr(dot + 1)) name.convention = loop.convention;
  return !name.level.empty() && !name.convention.empty();
}

/// "l1.load/avx2/4", or nothing.
std::optional<LimitName> parse_name(std::string_view text) {
  const auto first = text.find('/');
  const auto last = text.rfind('/');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  LimitName name;
  name.id = text.substr(0, first);
  name.isa = text.substr(first + 1, last - first - 1);
  const auto number = text.substr(last + 1);
  const auto* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, name.threads);
  if (error != std::errc{} || stop != end || name.threads < 1 || !describe_id(name)) return std::nullopt;
  return name;
}

std::string memory_convention(const LimitName& name) {
  std::string text(name.convention);
  if (name.threads > 1) text += "; each thread its own bytes";
  // One core is limited by the misses it can have in flight, some cores by their sum: the memory may have
  // more.
  if (name.level == "DRAM")
    text += fmt::format("; what {} core(s) get, not what the socket has", name.threads);
  return text;
}

std::string convention(const LimitName& name) {
  if (!name.level.empty()) return memory_convention(name);
  if (name.id == "dot.int8") return "an operation is a product or a sum of 8-bit products in a 32-bit lane";
  if (name.id == "dot.bf16") return "2 flop per product of bf16 numbers, summed in fp32";
  if (name.isa == "scalar") return "2 flop: a multiply and an add of one number";
  if (name.isa == "baseline") return "2 flop per lane: a multiply and an add, these instructions have no FMA";
  return "2 flop per lane of a fused multiply-add";
}

bool is_steady(const Repetition& repetition) {
  const auto& seen = repetition.disturbance;
  return seen.clock_before_hz && seen.clock_after_hz &&
         std::abs(*seen.clock_after_hz / *seen.clock_before_hz - 1) <= kSteadyClock;
}

/// The samples to judge by: those with a steady clock, or all when there are too few of these.
std::vector<Repetition> kept(const std::vector<Repetition>& all) {
  std::vector<Repetition> steady;
  std::copy_if(all.begin(), all.end(), std::back_inserter(steady), is_steady);
  return steady.size() >= kFewestSteady ? steady : all;
}

/// The amount of work over each repetition's time; empty when there is nothing to divide by.
std::vector<double> rates(double amount, const std::vector<Repetition>& repetitions) {
  std::vector<double> result;
  for (const auto& repetition : repetitions)
    if (repetition.wall_ns > 0) result.push_back(amount / (static_cast<double>(repetition.wall_ns) * 1e-9));
  return result;
}

std::optional<double> number_of(const Run& run, std::string_view name) {
  const auto at = run.values.find(name);
  return at == run.values.end() ? std::nullopt : at->second.number;
}

/// What one repetition did: bytes loaded and stored, or operations.
std::optional<double> amount_of(const Run& run, bool memory) {
  if (!memory) return number_of(run, "work.flops");
  const auto loaded = number_of(run, "work.bytes_read");
  return loaded ? std::optional(*loaded + number_of(run, "work.bytes_written").value_or(0)) : std::nullopt;
}

Value rate(const Run& run, const std::vector<Repetition>& samples, bool memory, const std::string& unit) {
  const auto amount = amount_of(run, memory);
  if (!amount) return Value::missing(unit, MissingReason::not_declared, "the run does not say its work");
  const auto seen = rates(*amount, samples);
  if (seen.empty()) return Value::missing(unit, MissingReason::too_few, "the run has no repetitions");
  auto value = Value::of(median(seen), unit, Provenance::measured, "median of work / wall time");
  value.interval = Interval{quantile(seen, 0.1), quantile(seen, 0.95)};
  return value;
}

std::optional<double> median_clock(const std::vector<Repetition>& samples) {
  std::vector<double> clocks;
  for (const auto& sample : samples)
    if (sample.disturbance.clock_before_hz) clocks.push_back(*sample.disturbance.clock_before_hz);
  return clocks.empty() ? std::nullopt : std::optional(median(clocks));
}

void add_set(const Run& run, Ceiling& ceiling) {
  const auto bytes = [&](std::string_view name) {
    return static_cast<std::int64_t>(number_of(run, name).value_or(0));
  };
  ceiling.set_bytes = bytes("set.bytes");
  if (bytes("set.high") > 0) ceiling.plateau = ByteRange{bytes("set.low"), bytes("set.high")};
  if (const auto page = bytes("set.page"); page > 0)
    ceiling.pages = page >= 1 << 20 ? fmt::format("{} MiB", page >> 20) : fmt::format("{} KiB", page >> 10);
}

Ceiling ceiling_of(const Run& run, const LimitName& name) {
  const bool memory = !name.level.empty();
  const auto samples = kept(run.repetitions);
  const std::string unit = memory ? "B/s" : name.id == "dot.int8" ? "op/s" : "flop/s";
  Ceiling ceiling{.id = std::string(name.id),
                  .kind = memory ? "bandwidth" : "compute",
                  .level = std::string(name.level),
                  .isa = std::string(name.isa),
                  .threads = name.threads,
                  .convention = convention(name),
                  .value = rate(run, samples, memory, unit),
                  .samples = static_cast<int>(samples.size()),
                  .discarded = static_cast<int>(run.repetitions.size() - samples.size()),
                  .clock_hz = median_clock(samples)};
  if (memory) add_set(run, ceiling);
  return ceiling;
}

}  // namespace

std::vector<Ceiling> ceilings_from(const std::vector<Run>& runs) {
  std::vector<Ceiling> ceilings;
  for (const auto& run : runs)
    if (const auto name = run.role == "ceiling" ? parse_name(run.variant) : std::nullopt)
      ceilings.push_back(ceiling_of(run, *name));
  return ceilings;
}

}  // namespace hpct
