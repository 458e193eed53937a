// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "analyzer/instruction_counts.h"
#include "analyzer/metric.h"
#include "analyzer/render.h"
#include "analyzer/roofline.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

// A part of the run that no region covers is worth a line, "(other)", from here on.
constexpr double kWorthShowing = 0.01;

std::string_view parent_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

double seconds_of(const Region& region) {
  return value_or_missing(region.values, "time.wall", "s").number.value_or(0);
}

/// Depth first, the longest first among brothers. A region whose parent is not in the report is
/// shown on the outermost level with its whole path.
void walk(const Run& run, std::string_view parent, int depth,
          const std::function<void(const Region&, int)>& visit) {
  const auto known = [&](std::string_view path) {
    return std::any_of(run.regions.begin(), run.regions.end(), [&](const auto& r) { return r.path == path; });
  };
  std::vector<const Region*> children;
  for (const auto& region : run.regions) {
    const auto above = parent_of(region.path);
    if (above == parent || (depth == 0 && !above.empty() && !known(above))) children.push_back(&region);
  }
  std::stable_sort(children.begin(), children.end(),
                   [](const Region* a, const Region* b) { return seconds_of(*a) > seconds_of(*b); });
  for (const auto* region : children) {
    visit(*region, depth);
    walk(run, region->path, depth + 1, visit);
  }
}

std::string name_in_tree(const Run& run, const Region& region, int depth) {
  const bool nested = depth > 0 && !run.regions.empty();
  const auto name = nested ? region.path.substr(region.path.rfind('/') + 1) : region.path;
  return std::string(static_cast<std::size_t>(depth) * 2, ' ') + name;
}

std::vector<Cell> row_of(const Report& report, const Run& run, const Region& region, int depth,
                         Footnotes& notes) {
  const auto binding = binding_roof(report, run, region.values, precision_of(run, &region));
  const auto text = [&](std::string_view name, std::string_view what) {
    return notes.text(value_or_missing(region.values, name, ""), what);
  };
  // Regions that only group others declare no work: their dashes need no explanation.
  const bool works = declares_work(region);
  const auto share = value_or_missing(region.values, "time.share", "%");
  return {name_in_tree(run, region, depth),
          fmt::format("{}", region.calls),
          text("time.wall", "time"),
          share.known() ? format_value(share) : "",
          {share.known() ? bar_text(*share.number, 8) : "", Style::faint},
          works ? text("flops.rate", "flop/s") : "",
          works ? text("bytes.rate", "B/s") : "",
          works ? notes.text(binding.share, "roof") : "",
          binding.ceiling != nullptr
              ? roof_name(*binding.ceiling).substr(0, roof_name(*binding.ceiling).find(' '))
              : "",
          region.threads.size() > 1 ? text("imbalance", "imbalance") : "",
          simulated_count_text(value_or_missing(region.values, kSimulatedCount, "1"))};
}

void add_rest(TextTable& table, const Run& run) {
  const double wall = value_or_missing(run.values, "time.wall", "s").number.value_or(0);
  double covered = 0;
  for (const auto& region : run.regions)
    if (parent_of(region.path).empty()) covered += seconds_of(region);
  const double rest = wall - covered;
  if (wall <= 0 || rest < wall * kWorthShowing) return;
  table.add({{"(other)", Style::faint},
             "",
             format_quantity(rest, "s") + " ",
             format_quantity(rest / wall, "%"),
             {bar_text(rest / wall, 8), Style::faint},
             "",
             "",
             "",
             "",
             "",
             ""});
}

/// What the regions cost, and what is not known about them.
std::string notes_on(const Run& run, const RenderOptions& options) {
  std::string text;
  const auto add = [&](const std::string& note) {
    text += wrapped(note, static_cast<std::size_t>(options.width), "  ", "  ");
  };
  if (run.instrumentation)
    add(fmt::format("{} regions at {} each: measuring is {} of the busiest thread's time ({})",
                    run.instrumentation->regions, format_quantity(run.instrumentation->pair_ns * 1e-9, "s"),
                    format_quantity(run.instrumentation->share, "%"), run.instrumentation->clock));
  if (run.instrumentation && run.instrumentation->drift)
    add(fmt::format("the clock ran {:+.0f} ppm off its calibrated rate: times of regions are off by as much",
                    *run.instrumentation->drift * 1e6));
  if (run.timeline && run.timeline->dropped > 0)
    add(fmt::format("timeline incomplete: {} of {} events dropped; calls and times here are complete",
                    run.timeline->dropped, run.timeline->events + run.timeline->dropped));
  return painted(text, Style::faint, options);
}

std::string run_text(const Report& report, const Run& run, Footnotes& notes, const RenderOptions& options) {
  auto out = painted(label_of(run), Style::strong, options) +
             fmt::format("  {}, {}\n", threads_text(run.threads),
                         format_value(value_or_missing(run.values, "time.wall", "s")));
  TextTable table({{"REGION", Align::left},
                   {"CALLS", Align::right, 3},
                   {"TIME"},
                   {"SHARE"},
                   {"", Align::left, 6},
                   {"FLOP/S", Align::right, 1},
                   {"BYTES/S", Align::right, 5},
                   {"OF ROOF"},
                   {"", Align::left, 4},
                   {"IMBALANCE", Align::right, 2},
                   {run.simulation ? "SIM. INSTR" : "", Align::right, 3}});
  walk(run, "", 0,
       [&](const Region& region, int depth) { table.add(row_of(report, run, region, depth, notes)); });
  add_rest(table, run);
  return out + table.text(options) + notes_on(run, options);
}

std::string render(const Analysis& analysis, const RenderOptions& options) {
  Footnotes notes;
  std::string out;
  std::string without;
  for (const auto& run : analysis.report.runs) {
    if (run.role == "ceiling") continue;
    if (run.regions.empty())
      without += (without.empty() ? "" : ", ") + label_of(run);
    else
      out += run_text(analysis.report, run, notes, options) + "\n";
  }
  const auto width = static_cast<std::size_t>(options.width);
  if (out.empty() && without.empty()) return "This report has no runs, so it has no regions either.\n";
  if (!without.empty()) out += wrapped(without, width, "Without regions: ", "  ");
  if (const auto lines = notes.lines(options.width, out); !lines.empty())
    out += painted(lines, Style::faint, options);
  return out;
}

}  // namespace

extern const RenderInfo kernels;
const RenderInfo kernels{"kernels", "the regions of every run: calls, time, rates, share of roof, imbalance",
                         render};

}  // namespace hpct::renders
