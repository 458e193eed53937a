// SPDX-License-Identifier: Apache-2.0
#include "analyzer/roofline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/metric.h"

namespace hpct {
namespace {

// A roof is itself a measurement: traffic this little above it still counts as being at it.
constexpr double kRoofNoise = 1.05;

constexpr std::array<std::string_view, 3> kWork{"work.flops", "work.bytes_read", "work.bytes_written"};

bool usable(const Ceiling& ceiling, const Run& run) {
  return ceiling.threads == run.threads && ceiling.value.known() && *ceiling.value.number > 0;
}

/// Copies and triads mix loads with stores as few programs do; they are in the report to be read.
bool is_memory_roof(const Ceiling& ceiling, const Run& run) {
  return ceiling.kind == "bandwidth" && ceiling.id.ends_with(".load") && usable(ceiling, run);
}

/// Of two roofs for the same thing the higher one; an exact instruction set beats any height.
const Ceiling* better_of(const Ceiling* a, const Ceiling* b, std::string_view isa) {
  if (a == nullptr) return b;
  if ((a->isa == isa) != (b->isa == isa)) return a->isa == isa ? a : b;
  return *a->value.number >= *b->value.number ? a : b;
}

const Ceiling* compute_roof(const Report& report, const Run& run, std::string_view id, std::string_view isa) {
  const Ceiling* best = nullptr;
  for (const auto& ceiling : report.ceilings)
    if (ceiling.kind == "compute" && ceiling.id == id && ceiling.isa == isa && usable(ceiling, run))
      best = better_of(best, &ceiling, isa);
  return best;
}

/// The roof of the arithmetic that is really done. Dot products have one of their own where they were
/// measured; code without the instruction for it widens its operands and meets the fp32 roof.
const Ceiling* compute_roof(const Report& report, const Run& run, std::string_view precision) {
  const auto isa = std::string_view(run.isa);
  const auto find = [&](std::string_view id, std::string_view with) {
    return compute_roof(report, run, id, with);
  };
  const Ceiling* own = nullptr;
  if (precision == "fp64") return find("fma.fp64", extended_isa(isa));
  if (precision == "fp16") own = find("fma.fp16", isa);
  if (precision == "int8") own = find("dot.int8", isa);
  if (precision == "bf16" || (precision.empty() && isa == "avx512_bf16")) own = find("dot.bf16", isa);
  if (own == nullptr) own = find("fma.fp32", isa);
  return own != nullptr ? own : find("fma.fp32", extended_isa(isa));
}

bool exceeded(const Ceiling& roof, double bytes_rate) {
  const double top =
      roof.value.interval ? std::max(roof.value.interval->high, *roof.value.number) : *roof.value.number;
  return bytes_rate > top * kRoofNoise;
}

/// The slowest level that can have delivered this traffic; null when none can, or none is known.
const Ceiling* memory_roof(const Report& report, const Run& run, double bytes_rate) {
  const auto isa = extended_isa(run.isa);
  std::map<std::string_view, const Ceiling*> levels;
  for (const auto& ceiling : report.ceilings)
    if (is_memory_roof(ceiling, run)) {
      auto& level = levels[ceiling.level];
      level = better_of(level, &ceiling, isa);
    }
  const Ceiling* slowest = nullptr;
  for (const auto& [name, roof] : levels)
    if (!exceeded(*roof, bytes_rate) && (slowest == nullptr || *roof->value.number < *slowest->value.number))
      slowest = roof;
  return slowest;
}

bool any_memory_roof(const Report& report, const Run& run) {
  return std::any_of(report.ceilings.begin(), report.ceilings.end(),
                     [&](const auto& roof) { return is_memory_roof(roof, run); });
}

BindingRoof nothing(const std::string& unit, MissingReason reason, const std::string& why) {
  return {nullptr, Value::missing(unit, reason, why), Value::missing("%", reason, why), false};
}

BindingRoof no_roof(const Run& run, std::string_view kind) {
  const auto threads = fmt::format("{} thread{}", run.threads, run.threads == 1 ? "" : "s");
  const auto what = kind == "compute" ? fmt::format("compute roof measured for {} on {}", run.isa, threads)
                                      : fmt::format("roof measured for {}", threads);
  return nothing(kind == "compute" ? "flop/s" : "B/s", MissingReason::no_ceiling,
                 fmt::format("no {}: run hpct-prof run ceilings --threads {}", what, run.threads));
}

BindingRoof below(const Ceiling& roof, const Value& rate, Value attainable) {
  auto share = derive("%", "achieved / attainable", {&rate, &attainable},
                      [&] { return *rate.number / *attainable.number; });
  if (share.known() && rate.interval)
    share.interval =
        Interval{rate.interval->low / *attainable.number, rate.interval->high / *attainable.number};
  // The roof is a band: inside it, or above, nothing is left to gain.
  const double lowest = roof.value.interval ? roof.value.interval->low / *roof.value.number : 1;
  const bool reached = share.known() && *share.number >= std::min(lowest, 1.0);
  return {&roof, std::move(attainable), std::move(share), reached};
}

BindingRoof judged_on_bytes(const Report& report, const Run& run, const Value& bytes_rate) {
  const auto* roof = memory_roof(report, run, *bytes_rate.number);
  if (roof != nullptr) return below(*roof, bytes_rate, roof->value);
  if (!any_memory_roof(report, run)) return no_roof(run, "memory");
  return nothing("B/s", MissingReason::no_ceiling, "the traffic is above every measured memory roof");
}

BindingRoof judged_on_both(const Report& report, const Run& run, std::string_view precision,
                           const Value& rate, const Value& bytes_rate) {
  const auto* compute = compute_roof(report, run, precision);
  const auto* memory = memory_roof(report, run, *bytes_rate.number);
  if (compute == nullptr) return no_roof(run, "compute");
  if (memory == nullptr && !any_memory_roof(report, run)) return no_roof(run, "memory");
  if (memory == nullptr) return below(*compute, rate, compute->value);
  auto slope =
      derive("flop/s", fmt::format("intensity * {}", memory->id), {&rate, &bytes_rate, &memory->value},
             [&] { return *rate.number / *bytes_rate.number * *memory->value.number; });
  return *slope.number < *compute->value.number ? below(*memory, rate, std::move(slope))
                                                : below(*compute, rate, compute->value);
}

bool positive(const Value& value) { return value.known() && *value.number > 0; }

}  // namespace

/// A CPU with an extension of AVX-512 has all of AVX-512, one with an extension of NEON all of NEON.
std::string_view extended_isa(std::string_view isa) {
  if (isa == "amx") return "avx512";
  if (isa.starts_with("neon_")) return "neon";
  return isa.starts_with("avx512_") ? "avx512" : isa;
}

BindingRoof binding_roof(const Report& report, const Run& run, const ValueMap& values,
                         std::string_view precision) {
  const auto rate = value_or_missing(values, "flops.rate", "flop/s");
  const auto bytes_rate = value_or_missing(values, "bytes.rate", "B/s");
  if (positive(rate) && positive(bytes_rate)) return judged_on_both(report, run, precision, rate, bytes_rate);
  if (positive(bytes_rate)) return judged_on_bytes(report, run, bytes_rate);
  if (positive(rate)) {
    const auto* roof = compute_roof(report, run, precision);
    return roof == nullptr ? no_roof(run, "compute") : below(*roof, rate, roof->value);
  }
  if (rate.known() || bytes_rate.known())
    return nothing("flop/s", MissingReason::undefined, "the declared work is zero");
  return nothing("flop/s", rate.reason, rate.detail);
}

BindingRoof roof_of_kind(const Report& report, const Run& run, std::string_view kind) {
  const bool compute = kind == "compute";
  const auto rate = value_or_missing(run.values, compute ? "flops.rate" : "bytes.rate", "1/s");
  if (!rate.known()) return nothing(rate.unit, rate.reason, rate.detail);
  if (!positive(rate)) return nothing(rate.unit, MissingReason::undefined, "the declared work is zero");
  if (!compute) return judged_on_bytes(report, run, rate);
  const auto* roof = compute_roof(report, run, precision_of(run));
  return roof == nullptr ? no_roof(run, kind) : below(*roof, rate, roof->value);
}

bool declares_work(const Region& region) {
  return std::any_of(kWork.begin(), kWork.end(),
                     [&](auto name) { return value_or_missing(region.values, name, "").known(); });
}

std::string_view precision_of(const Run& run, const Region* region) {
  return region == nullptr || region->precision.empty() ? run.precision : region->precision;
}

std::string roof_name(const Ceiling& ceiling) {
  if (!ceiling.level.empty()) {
    const auto loop = ceiling.id.substr(std::min(ceiling.id.size(), ceiling.id.find('.') + 1));
    return loop == "load" ? ceiling.level : fmt::format("{} {}", ceiling.level, loop);
  }
  const auto dot = ceiling.id.rfind('.');
  std::string precision = ceiling.id.substr(dot == std::string::npos ? 0 : dot + 1);
  std::transform(precision.begin(), precision.end(), precision.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return fmt::format("{} {}", precision, ceiling.isa);
}

std::string roof_name_without_isa(const Ceiling& ceiling) {
  const auto name = roof_name(ceiling);
  return name.substr(0, name.rfind(' ' + ceiling.isa));
}

namespace {

RooflinePoint point_of(const Report& report, const Run& run, const Region* region) {
  const auto& values = region == nullptr ? run.values : region->values;
  const auto binding = binding_roof(report, run, values, precision_of(run, region));
  RooflinePoint point;
  point.label = region == nullptr ? run.variant : region->path;
  point.workload = run.workload;
  point.variant = run.variant;
  if (region != nullptr) point.region = region->path;
  point.isa = run.isa;
  point.threads = run.threads;
  point.intensity = value_or_missing(values, "intensity", "flop/B");
  point.rate = value_or_missing(values, "flops.rate", "flop/s");
  point.bytes_rate = value_or_missing(values, "bytes.rate", "B/s");
  point.roof_share = binding.share;
  if (binding.ceiling != nullptr) point.roof = roof_name(*binding.ceiling);
  point.at_roof = binding.reached;
  if (const auto* compute = compute_roof(report, run, precision_of(run, region)))
    point.compute_roof = compute->id;
  if (const auto share = value_or_missing(values, "time.share", "%"); share.known())
    point.weight = *share.number;
  return point;
}

bool known(const ValueMap& values, std::string_view name) {
  return value_or_missing(values, name, "").known();
}

/// A region that declares work of its own and is not just a frame around all of the run's:
/// that would put a second dot on the run's.
bool is_point(const Run& run, const Region& region) {
  if (!declares_work(region)) return false;
  return std::any_of(kWork.begin(), kWork.end(), [&](auto name) {
    return known(region.values, name) &&
           value_or_missing(region.values, name, "").number != value_or_missing(run.values, name, "").number;
  });
}

}  // namespace

Roofline roofline_of(const Report& report) {
  Roofline roofline;
  roofline.roofs = report.ceilings;
  const auto add = [&](RooflinePoint point) {
    const bool drawable = positive(point.intensity) && positive(point.rate);
    (drawable ? roofline.points : roofline.undrawable).push_back(std::move(point));
  };
  for (const auto& run : report.runs) {
    if (run.role == "ceiling") continue;
    add(point_of(report, run, nullptr));
    for (const auto& region : run.regions)
      if (is_point(run, region)) add(point_of(report, run, &region));
  }
  return roofline;
}

}  // namespace hpct
