// SPDX-License-Identifier: Apache-2.0
#include "analyzer/ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/bound.h"
#include "analyzer/metric.h"
#include "analyzer/value_text.h"

namespace hpct {
namespace {

// Bytes that differ by less are a matter of a buffer somewhere.
constexpr double kOtherWork = 0.05;

double seconds_of(const Run& run) {
  return value_or_missing(run.values, "time.wall", "s").number.value_or(0);
}

Value work_of(const Run& run, std::string_view kind) {
  if (kind == "compute") return value_or_missing(run.values, "work.flops", "flop");
  const auto read = value_or_missing(run.values, "work.bytes_read", "B");
  const auto written = value_or_missing(run.values, "work.bytes_written", "B");
  return derive("B", "work.bytes_read + work.bytes_written", {&read, &written},
                [&] { return *read.number + *written.number; });
}

Value ratio(const Value& above, const Value& below, const char* formula) {
  return derive("1", formula, {&above, &below}, [&] { return *above.number / *below.number; });
}

StepFactors factors_by(const Report& report, const Run& before, const Run& after, std::string_view kind) {
  const auto from = roof_of_kind(report, before, kind);
  const auto to = roof_of_kind(report, after, kind);
  const auto height = [](const BindingRoof& roof) {
    return roof.ceiling == nullptr ? roof.attainable : roof.ceiling->value;
  };
  return {.kind = kind,
          .work = ratio(work_of(before, kind), work_of(after, kind), "work before / work after"),
          .roof = ratio(height(to), height(from), "roof after / roof before"),
          .share = ratio(to.share, from.share, "share of the roof after / before")};
}

bool complete(const StepFactors& factors) {
  return factors.work.known() && factors.roof.known() && factors.share.known();
}

/// By the roof that the step has to do with: memory when the bytes change or it is the limit, arithmetic when
/// the instructions change, else the one that limited the rung before.
std::optional<StepFactors> factors_of(const Report& report, const Rung& before, const Rung& after) {
  auto bytes = factors_by(report, *before.run, *after.run, "bandwidth");
  auto flops = factors_by(report, *before.run, *after.run, "compute");
  if (complete(bytes) && std::abs(*bytes.work.number - 1) > kOtherWork) return bytes;
  if (before.roof.ceiling == nullptr) return std::nullopt;
  const bool at_memory = before.roof.ceiling->kind == "bandwidth" && *before.roof.share.number >= kNearRoof;
  if (complete(flops) && !at_memory && before.run->isa != after.run->isa) return flops;
  auto& own = before.roof.ceiling->kind == "compute" ? flops : bytes;
  return complete(own) ? std::optional(std::move(own)) : std::nullopt;
}

Rung rung_of(const Report& report, const Run& run) {
  Rung rung;
  rung.run = &run;
  rung.seconds = seconds_of(run);
  rung.roof = binding_roof(report, run, run.values, precision_of(run));
  rung.bound = bound_of(report, run);
  return rung;
}

std::optional<double> times_as_fast(const Rung& before, const Rung& rung) {
  if (before.seconds <= 0 || rung.seconds <= 0) return std::nullopt;
  return before.seconds / rung.seconds;
}

void add_steps(const Report& report, std::vector<Rung>& rungs) {
  for (std::size_t i = 0; i < rungs.size(); ++i) {
    rungs[i].total = times_as_fast(rungs.front(), rungs[i]);
    if (i == 0) continue;
    rungs[i].step = times_as_fast(rungs[i - 1], rungs[i]);
    rungs[i].factors = factors_of(report, rungs[i - 1], rungs[i]);
  }
}

bool belongs_to(const Ladder& ladder, const Run& run) {
  const auto& other = *(ladder.rungs.empty() ? ladder.asides : ladder.rungs).front().run;
  return other.workload == run.workload && other.parameters == run.parameters;
}

const Rung* fastest_of(const std::vector<Rung>& rungs) {
  const auto at = std::min_element(rungs.begin(), rungs.end(),
                                   [](const Rung& a, const Rung& b) { return a.seconds < b.seconds; });
  return at == rungs.end() ? nullptr : &*at;
}

}  // namespace

std::string bound_word(const Rung& rung) {
  if (rung.bound) return rung.bound->bound;
  return machine_was_busy(*rung.run) ? "busy machine" : "unknown";
}

namespace {

/// Claims start in lower case, to be used behind a name.
std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text.ends_with('.') ? text : text + ".";
}

std::string limit_text(const Report& report, const Rung& rung) {
  if (!rung.bound)
    return fmt::format("Bound by: {}. {}", bound_word(rung), sentence(unknown_bound(report, *rung.run)));
  const auto place = rung.bound->region.empty() ? "" : fmt::format(" in {}", rung.bound->region);
  return fmt::format("Bound by {}{}: {}. {}", rung.bound->bound, place, rung.bound->claim,
                     rung.bound->advice);
}

/// What lies beside the ladder computes something else, so it is no step of it, but it may be its limit.
std::string distance_to_aside(const Ladder& ladder) {
  const auto* limit = ladder.fastest_aside();
  const auto& best = ladder.fastest();
  if (limit == nullptr || limit->seconds <= 0 || best.seconds <= 0) return "";
  return fmt::format(" Beside the ladder, because it does something else: {}, {} as fast as {}.",
                     limit->run->variant, times_text(best.seconds / limit->seconds), best.run->variant);
}

}  // namespace

std::string reading_of(const Report& report, const Ladder& ladder) {
  const auto& best = ladder.fastest();
  const auto& first = ladder.rungs.front();
  std::string text = fmt::format("Fastest: {}", best.run->variant);
  if (&best != &first && best.total)
    text += fmt::format(", {} as fast as {}", times_text(*best.total), first.run->variant);
  return fmt::format("{}. {}{}", text, limit_text(report, best), distance_to_aside(ladder));
}

const Rung& Ladder::fastest() const { return *fastest_of(rungs); }

const Rung* Ladder::fastest_aside() const { return fastest_of(asides); }

std::vector<Ladder> ladders_of(const Report& report) {
  std::vector<Ladder> ladders;
  for (const auto& run : report.runs) {
    if (run.role == "ceiling" || run.role == "benchmark") continue;  // no steps from one to the next
    auto at = std::find_if(ladders.begin(), ladders.end(), [&](const auto& l) { return belongs_to(l, run); });
    if (at == ladders.end()) at = ladders.insert(at, Ladder{});
    (run.aside ? at->asides : at->rungs).push_back(rung_of(report, run));
  }
  for (auto& ladder : ladders) {
    if (ladder.rungs.empty()) ladder.rungs.swap(ladder.asides);  // those beside are rungs among themselves
    add_steps(report, ladder.rungs);
  }
  return ladders;
}

}  // namespace hpct
