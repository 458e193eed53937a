// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/metric.h"
#include "analyzer/render.h"
#include "analyzer/text_layout.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

struct Quantity {
  std::string_view name;
  std::string_view heading;
};

// One table each: what was executed, where it missed, where its issue slots went, what it moved and computed.
constexpr std::array<Quantity, 5> kExecution{{{"instructions", "INSTR"},
                                              {"cycles", "CYCLES"},
                                              {"ipc", "IPC"},
                                              {"clock", "CLOCK"},
                                              {"branch.miss_rate", "BR MISS"}}};
constexpr std::array<Quantity, 5> kMisses{{{"l1d.misses", "L1D MISS"},
                                           {"l1d.mpki", "L1D MPKI"},
                                           {"l2.mpki", "L2 MPKI"},
                                           {"l3.mpki", "L3 MPKI"},
                                           {"dram.rate", "DRAM"}}};
constexpr std::array<Quantity, 4> kSlots{{{"topdown.retiring", "RETIRING"},
                                          {"topdown.bad_speculation", "BAD SPEC"},
                                          {"topdown.frontend", "FRONTEND"},
                                          {"topdown.backend", "BACKEND"}}};
constexpr std::array<Quantity, 2> kFlops{
    {{"work.flops", "FLOPS DECLARED"}, {"flops.counted", "FLOPS COUNTED"}}};

std::vector<const Run*> runs_of(const Report& report) {
  std::vector<const Run*> runs;
  for (const auto& run : report.runs)
    if (run.role != "ceiling") runs.push_back(&run);
  return runs;
}

bool is_known(const Run& run, std::string_view name) {
  return value_or_missing(run.values, name, "1").known();
}

/// One line per run. A quantity that no run has is left out; a table of none of them is empty.
template <std::size_t N>
std::string table_of(const std::vector<const Run*>& runs, const std::array<Quantity, N>& quantities,
                     Footnotes& notes, const RenderOptions& options) {
  std::vector<Column> columns{{"RUN", Align::left}};
  std::vector<Quantity> shown;
  for (const auto& quantity : quantities)
    if (std::any_of(runs.begin(), runs.end(),
                    [&](const Run* run) { return is_known(*run, quantity.name); })) {
      shown.push_back(quantity);
      columns.push_back({std::string(quantity.heading)});
    }
  if (shown.empty()) return {};
  TextTable table(std::move(columns));
  for (const auto* run : runs) {
    std::vector<Cell> row{{label_of(*run), Style::strong}};
    for (const auto& quantity : shown)
      row.emplace_back(notes.text(value_or_missing(run->values, quantity.name, "1"), quantity.name));
    table.add(std::move(row));
  }
  return "\n" + table.text(options);
}

/// What the numbers were made of: a line per counter, as the first run that has it tells.
std::string origins(const std::vector<const Run*>& runs, const RenderOptions& options) {
  std::string text;
  const auto width = static_cast<std::size_t>(options.width);
  for (const std::string_view name :
       {"instructions", "cycles", "branches", "branch.misses", "l1d.misses", "l2.misses", "l3.misses",
        "flops.dp", "flops.sp", "flops.hp", "flops.any", "topdown.retiring", "dram.bytes_read"})
    for (const auto* run : runs) {
      const auto value = value_or_missing(run->values, name, "1");
      if (!value.known()) continue;
      auto line = fmt::format("{} = {}", name, value.formula);
      if (!value.detail.empty()) line += fmt::format(" ({})", value.detail);
      if (value.running_share)
        line += fmt::format(", counted {:.0f} % of the time", *value.running_share * 100);
      text += wrapped(line, width, "  ", "    ");
      break;
    }
  return text.empty() ? text : "\nCounted as:\n" + text;
}

/// A program's own events (PAPI SDE): they have two colons, the workloads' do not.
std::string own_events(const std::vector<const Run*>& runs, const RenderOptions& options) {
  TextTable table({{"RUN", Align::left}, {"ITS OWN EVENT", Align::left}, {"VALUE"}});
  for (const auto* run : runs)
    for (const auto& [name, value] : run->values)
      if (name.starts_with("sde.") && name.find("::") != std::string::npos && value.known())
        table.add({{label_of(*run), Style::strong}, name.substr(4), fmt::format("{:.10g}", *value.number)});
  return table.empty() ? "" : "\n" + table.text(options);
}

/// Why there is nothing to show.
std::string nothing(const Report& report, const std::vector<const Run*>& runs, const RenderOptions& options) {
  auto why = report.machine.pmu;
  if (why.empty() && !runs.empty()) why = value_or_missing(runs.front()->values, "instructions", "1").detail;
  return wrapped(fmt::format("No hardware counters in this report{}{}", why.empty() ? "" : ": ", why),
                 static_cast<std::size_t>(options.width), "", "  ");
}

std::string render(const Analysis& analysis, const RenderOptions& options) {
  const auto runs = runs_of(analysis.report);
  Footnotes notes;
  auto text = table_of(runs, kExecution, notes, options) + table_of(runs, kMisses, notes, options) +
              table_of(runs, kSlots, notes, options);
  const bool counted =
      std::any_of(runs.begin(), runs.end(), [](const Run* run) { return is_known(*run, "flops.counted"); });
  if (counted) text += table_of(runs, kFlops, notes, options);
  const auto own = own_events(runs, options);
  if (text.empty()) return nothing(analysis.report, runs, options) + own;
  text = text.substr(1) + own;
  return text + painted(notes.lines(options.width, text), Style::faint, options) + origins(runs, options);
}

}  // namespace

extern const RenderInfo counters;
const RenderInfo counters{
    "counters", "hardware counters: IPC, misses, issue slots, counted FLOPs, and of which events", render};

}  // namespace hpct::renders
