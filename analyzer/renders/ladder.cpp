// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/balance.h"
#include "analyzer/facts_table.h"
#include "analyzer/metric.h"
#include "analyzer/render.h"
#include "analyzer/roofline.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

// Below this a bar would fit beside some ladders and not beside others.
constexpr int kWideEnoughForBars = 100;

using Rungs = std::vector<const Run*>;

double seconds_of(const Run& run) {
  return value_or_missing(run.values, "time.wall", "s").number.value_or(0);
}

/// Runs of one workload with the same parameters, in the report's order: that of the variants,
/// from the obvious to the best.
std::vector<Rungs> ladders_of(const Report& report) {
  std::vector<Rungs> ladders;
  for (const auto& run : report.runs) {
    if (run.role == "ceiling" || run.role == "benchmark") continue;  // no steps from one to the next
    const auto at = std::find_if(ladders.begin(), ladders.end(), [&](const Rungs& rungs) {
      return rungs.front()->workload == run.workload && rungs.front()->parameters == run.parameters;
    });
    if (at == ladders.end())
      ladders.push_back({&run});
    else
      at->push_back(&run);
  }
  return ladders;
}

/// How many times as fast as `before`; blank where there is nothing to compare with.
std::string speedup(const Run* before, const Run& run) {
  if (before == nullptr || seconds_of(*before) <= 0 || seconds_of(run) <= 0) return "";
  return times_text(seconds_of(*before) / seconds_of(run));
}

/// "DRAM" or "FP32": the instruction set is clear from the variant.
std::string short_name(const Ceiling& roof) {
  const auto name = roof_name(roof);
  return name.substr(0, name.find(' '));
}

std::string limit_of(const Run& run, const BindingRoof& binding) {
  const auto imbalance = value_or_missing(run.values, "imbalance", "%");
  if (binding.share.known() && *binding.share.number >= kNearRoof)
    return binding.ceiling->kind == "bandwidth" ? "memory" : "arithmetic";
  if (imbalance.known() && *imbalance.number >= kWorthBalancing) return "imbalance";
  return binding.share.known() ? "neither roof" : "";
}

const Run* fastest_of(const Rungs& runs) {
  return *std::min_element(runs.begin(), runs.end(),
                           [](const Run* a, const Run* b) { return seconds_of(*a) < seconds_of(*b); });
}

/// What lies beside the ladder computes something else, so it is no step of it, but it may be its limit.
std::string distance_to(const Rungs& asides, const Run& best) {
  if (asides.empty()) return "";
  const auto* limit = fastest_of(asides);
  const auto ratio = speedup(&best, *limit);
  return ratio.empty()
             ? ""
             : fmt::format(" Beside the ladder, because it does something else: {}, {} as fast as {}.",
                           limit->variant, ratio, best.variant);
}

std::string reading_of(const Report& report, const Rungs& rungs) {
  const auto* best = fastest_of(rungs);
  std::string text = rungs.size() > 1 && best != rungs.front()
                         ? fmt::format("Fastest: {}, {} as fast as {}. ", best->variant,
                                       speedup(rungs.front(), *best), rungs.front()->variant)
                         : fmt::format("Fastest: {}. ", best->variant);
  const auto binding = binding_roof(report, *best, best->values, precision_of(*best));
  if (!binding.share.known()) return text;
  const auto limit = limit_of(*best, binding);
  if (limit == "memory") return text + "It runs at the memory roof: only moving fewer bytes makes it faster.";
  if (limit == "arithmetic")
    return text + "It runs at the arithmetic roof: only less arithmetic makes it faster.";
  if (limit == "imbalance") return text + "Its threads wait for each other: see --view findings.";
  return text + fmt::format(
                    "It is below both roofs ({} of {}): what holds it back is instructions, latency or "
                    "branches; --view kernels shows where.",
                    format_value(binding.share), short_name(*binding.ceiling));
}

/// The rungs in front of what lies beside the ladder; runs that all do are rungs among themselves.
Rungs split_off_asides(Rungs& runs) {
  const auto first =
      std::stable_partition(runs.begin(), runs.end(), [](const Run* run) { return !run->aside; });
  if (first == runs.begin()) return {};
  Rungs asides(first, runs.end());
  runs.erase(first, runs.end());
  return asides;
}

std::string heading_of(const Run& run, const RenderOptions& options) {
  const auto& name = run.workload;
  const auto text = wrapped(parameters_text(run), static_cast<std::size_t>(options.width), name + "  ",
                            std::string(name.size() + 2, ' '));
  return painted(name, Style::strong, options) + text.substr(name.size());
}

std::string ladder_text(const Report& report, Rungs rungs, const RenderOptions& options) {
  const auto asides = split_off_asides(rungs);
  Footnotes notes;
  TextTable table({{"VARIANT", Align::left},
                   {"ON"},
                   {"TIME"},
                   {"", Align::left, 3},
                   {"STEP", Align::right, 2},
                   {"TOTAL"},
                   {"THROUGHPUT", Align::right, 4},
                   {"OF ROOF"},
                   {"", Align::left},
                   {"", Align::left, 5},
                   {"LIMIT", Align::left, 6}});
  const bool with_bars = options.width >= kWideEnoughForBars;
  const auto add_row = [&](const Run* run, const Run* before, const Run* first) {
    const auto binding = binding_roof(report, *run, run->values, precision_of(*run));
    const auto time = value_or_missing(run->values, "time.wall", "s");
    table.add({{run->variant, run->check.ok || run->role == "program" ? Style::strong : Style::bad},
               fmt::format("{}T", run->threads),
               notes.text(time, "time"),
               {spread_text(time), Style::faint},
               speedup(before, *run),
               {speedup(first, *run), Style::good},
               notes.text(value_or_missing(run->values, "throughput", "1/s"), "throughput"),
               notes.text(binding.share, "roof"),
               binding.ceiling != nullptr ? short_name(*binding.ceiling) : "",
               with_bars && binding.share.known() ? bar_text(*binding.share.number, 10) : "",
               limit_of(*run, binding)});
  };
  for (std::size_t i = 0; i < rungs.size(); ++i)
    add_row(rungs[i], i == 0 ? nullptr : rungs[i - 1], rungs.front());
  for (const auto* run : asides) add_row(run, nullptr, nullptr);
  const auto shown = table.text(options);
  const auto facts = facts_table(rungs, notes, options);
  return heading_of(*rungs.front(), options) + shown +
         wrapped(reading_of(report, rungs) + distance_to(asides, *fastest_of(rungs)),
                 static_cast<std::size_t>(options.width), "", "") +
         facts + painted(notes.lines(options.width, shown + facts), Style::faint, options);
}

std::string render(const Analysis& analysis, const RenderOptions& options) {
  std::string out;
  for (const auto& rungs : ladders_of(analysis.report))
    out += (out.empty() ? "" : "\n") + ladder_text(analysis.report, rungs, options);
  const auto& runs = analysis.report.runs;
  if (out.empty() &&
      std::any_of(runs.begin(), runs.end(), [](const Run& r) { return r.role == "benchmark"; }))
    return "Benchmarks are no ladder, they do not lead from one to the next: see --view summary.\n";
  if (out.empty()) return "This report has no runs to compare, only roofs: see --view roofline.\n";
  return out;
}

}  // namespace

extern const RenderInfo ladder;
const RenderInfo ladder{"ladder", "each variant: time, speed-up by step and in total, share of its roof",
                        render};

}  // namespace hpct::renders
