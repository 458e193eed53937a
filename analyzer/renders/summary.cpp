// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/hot_functions.h"
#include "analyzer/instruction_counts.h"
#include "analyzer/metric.h"
#include "analyzer/render.h"
#include "analyzer/repetitions.h"
#include "analyzer/roofline.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

std::string machine_text(const Machine& machine) {
  auto text = machine.cpu.model.empty() ? std::string("unknown CPU") : machine.cpu.model;
  if (machine.cpu.mhz) text += fmt::format(", {:.0f} MHz", *machine.cpu.mhz);
  // An imported report does not know everything, and 0 is not what it means then.
  if (machine.cpu.usable > 0)
    text += fmt::format(", {} of {} usable", machine.cpu.usable, threads_text(machine.cpu.threads));
  else if (machine.cpu.threads > 0)
    text += fmt::format(", {}", threads_text(machine.cpu.threads));
  if (machine.memory_bytes > 0)
    text += fmt::format(", {}", format_quantity(static_cast<double>(machine.memory_bytes), "B"));
  if (machine.limits.cpu_quota) text += fmt::format(", limited to {:g} cores", *machine.limits.cpu_quota);
  return text;
}

std::string system_text(const Machine& machine) {
  std::string text = machine.os;
  const auto add = [&](const std::string& part, std::string_view label) {
    if (!part.empty()) text += fmt::format("{}{}{}", text.empty() ? "" : ", ", label, part);
  };
  add(machine.kernel, "Linux ");
  add(machine.hypervisor, machine.hypervisor == "virtual machine" ? "" : "virtual machine: ");
  add(machine.governor, "governor ");
  add(machine.turbo, "turbo ");
  return text;
}

/// What the machine was like before the measurement; what it was like meanwhile is under the runs.
std::string noise_text(const Machine& machine) {
  if (!machine.noise) return {};
  const auto& noise = *machine.noise;
  auto text =
      fmt::format("{} before the run: clock moved by {}, {} in gaps", format_quantity(noise.score, "%"),
                  format_quantity(noise.clock_spread, "%"), format_quantity(noise.gaps, "%"));
  if (noise.other_cores) text += fmt::format(", others kept {:.2g} cores busy", *noise.other_cores);
  return text;
}

std::string tool_text(const Report& report) {
  auto text = fmt::format("{} {}", report.tool.name, report.tool.version);
  if (!report.tool.commit.empty()) text += fmt::format(" ({})", report.tool.commit);
  if (!report.tool.compiler.empty()) text += fmt::format(", {}", report.tool.compiler);
  if (!report.created.empty()) text += fmt::format(", {}", report.created);
  return text;
}

std::string command_text(const Report& report) {
  std::string text;
  for (const auto& word : report.command) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string head(const Report& report, const RenderOptions& options) {
  const auto width = static_cast<std::size_t>(options.width);
  std::string out;
  const auto line = [&](std::string_view label, const std::string& text) {
    if (!text.empty()) out += wrapped(text, width, padded_right(std::string(label), 10), "          ");
  };
  line("command", command_text(report));
  line("machine", machine_text(report.machine));
  line("", system_text(report.machine));
  line("counters", report.machine.pmu.empty() ? "hardware counters work" : "none: " + report.machine.pmu);
  line("noise", noise_text(report.machine));
  line("tool", tool_text(report));
  for (const auto& warning : report.warnings) line("warning", warning);
  return out;
}

std::string result_of(const Run& run) {
  if (run.role == "program") return fmt::format("exit {}", run.exit_status.value_or(0));
  if (run.role == "benchmark") return run.check.ok ? "no error" : "FAILED";  // nobody checked the result
  return run.check.ok ? "correct" : "WRONG";
}

bool is_good(const Run& run) {
  return run.role == "program" ? run.exit_status.value_or(0) == 0 : run.check.ok;
}

/// The runs whose repetitions were not all quiet.
std::string disturbances_text(const Report& report, const RenderOptions& options) {
  std::string out;
  for (const auto& run : report.runs)
    if (const auto text = run.role == "ceiling" ? "" : disturbed_text(run); !text.empty())
      out += wrapped(fmt::format("{}: {}", label_of(run), text), static_cast<std::size_t>(options.width),
                     "! ", "  ");
  return painted(out, Style::bad, options);
}

std::string runs_text(const Report& report, const RenderOptions& options) {
  Footnotes notes;
  TextTable table({{"RUN", Align::left},
                   {"ON"},
                   {"TIME"},
                   {"", Align::left, 1},
                   {"REPS", Align::right, 5},
                   {"THROUGHPUT"},
                   {"CPU", Align::right, 4},
                   {"OF ROOF", Align::right, 2},
                   {"RESULT", Align::left}});
  for (const auto& run : report.runs) {
    if (run.role == "ceiling") continue;
    const auto time = value_or_missing(run.values, "time.wall", "s");
    const auto share = value_or_missing(run.values, "cpu.utilisation", "%");
    table.add({{label_of(run), Style::strong},
               fmt::format("{}T", busy_threads(run)),
               notes.text(time, "time"),
               {spread_text(time), Style::faint},
               fmt::format("{}", run.repetitions.size()),
               notes.text(value_or_missing(run.values, "throughput", "1/s"), "throughput"),
               share.known() ? fmt::format("{:.0f} %", *share.number * 100) : notes.text(share, "CPU"),
               notes.text(value_or_missing(run.values, "roof.share", "%"), "roof"),
               {result_of(run), is_good(run) ? Style::good : Style::bad}});
  }
  if (table.empty()) return {};
  const auto shown = table.text(options);
  return "\n" + shown + painted(notes.lines(options.width, shown), Style::faint, options) +
         disturbances_text(report, options);
}

/// Copies and triads are left to the view of the roofs.
bool is_plain(const Ceiling& roof) { return roof.level.empty() || roof.id.ends_with(".load"); }

/// The loads that are fastest, and every arithmetic.
bool is_summary_roof(const Report& report, const Ceiling& roof) {
  if (!is_plain(roof) || roof.isa == "scalar") return false;
  return roof.level.empty() ||
         std::none_of(report.ceilings.begin(), report.ceilings.end(), [&](const Ceiling& other) {
           return other.id == roof.id && other.threads == roof.threads && other.value.known() &&
                  roof.value.known() && *other.value.number > *roof.value.number;
         });
}

/// The runs that were counted on a simulated CPU, and those that should have been.
std::string simulated_text(const Report& report, const RenderOptions& options) {
  Footnotes notes;
  TextTable table({{"ON A SIMULATED CPU", Align::left}, {"INSTRUCTIONS"}, {"AT", Align::left, 1}});
  for (const auto& run : report.runs) {
    const auto at = run.values.find(kSimulatedCount);
    if (at == run.values.end()) continue;
    table.add({{label_of(run), Style::strong},
               at->second.known() ? simulated_count_text(at->second) : notes.text(at->second, label_of(run)),
               {at->second.known() ? at->second.detail : "", Style::faint}});
  }
  if (table.empty()) return {};
  const auto shown = table.text(options);
  return "\n" + shown + painted(notes.lines(options.width, shown), Style::faint, options);
}

/// The hottest functions of each sampled run in a line.
std::string hot_text(const Report& report, const RenderOptions& options) {
  std::string out;
  for (const auto& run : report.runs) {
    if (!run.profile) continue;
    const auto& rate = run.profile->rate;
    const auto hottest = hottest_text(*run.profile, 3);
    if (rate.known() && hottest.empty()) continue;
    const auto text = rate.known() ? hottest + " (sampled)" : "not sampled: " + rate.detail;
    out += wrapped(fmt::format("{}: {}", label_of(run), text), static_cast<std::size_t>(options.width),
                   out.empty() ? "hot      " : "         ", "         ");
  }
  return out.empty() ? out : "\n" + out;
}

/// One line per roof, one column per thread count.
std::string roofs_text(const Report& report, const RenderOptions& options) {
  std::set<int> threads;
  std::vector<std::string> names;
  std::map<std::pair<std::string, int>, std::string> heights;
  std::size_t left_out = 0;
  for (const auto& roof : report.ceilings) {
    if (!is_summary_roof(report, roof)) {
      ++left_out;
      continue;
    }
    auto name = roof_name(roof);
    if (!roof.level.empty()) name += " " + roof.isa;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    threads.insert(roof.threads);
    heights[{name, roof.threads}] = roof.value.known() ? format_value(roof.value) : "-";
  }
  if (names.empty()) return "\nNo roofs measured: hpct-prof run ceilings\n";
  std::vector<Column> columns{{"ROOF", Align::left}};
  for (const int count : threads) columns.push_back({threads_text(count)});
  TextTable table(std::move(columns));
  for (const auto& name : names) {
    std::vector<Cell> row{name};
    for (const int count : threads)
      row.push_back(heights.contains({name, count}) ? heights[{name, count}] : "-");
    table.add(std::move(row));
  }
  const auto more = left_out == 0 ? std::string() : fmt::format("and {} more: --view roofs\n", left_out);
  return "\n" + table.text(options) + painted(more, Style::faint, options);
}

/// The first finding of each kind, in order, and how many more runs it is about.
std::vector<std::pair<const Finding*, int>> kinds_of(const std::vector<Finding>& findings) {
  std::vector<std::pair<const Finding*, int>> kinds;
  for (const auto& finding : findings) {
    const auto at = std::find_if(kinds.begin(), kinds.end(),
                                 [&](const auto& kind) { return kind.first->id == finding.id; });
    if (at == kinds.end())
      kinds.emplace_back(&finding, 0);
    else
      ++at->second;
  }
  return kinds;
}

std::string findings_text(const Analysis& analysis, const RenderOptions& options) {
  constexpr std::size_t kShown = 4;
  const auto kinds = kinds_of(analysis.findings);
  const auto width = static_cast<std::size_t>(options.width);
  std::string out = kinds.empty() ? "" : "\n";
  for (std::size_t i = 0; i < std::min(kShown, kinds.size()); ++i) {
    const auto& [finding, more] = kinds[i];
    auto text = fmt::format("{}: {}", label_of(finding->workload, finding->variant), finding->claim);
    if (more > 0) text += fmt::format(" (and {} more like it)", more);
    out += wrapped(text, width, padded_right(std::string(name_of(finding->severity)), 9), "         ");
  }
  return out;
}

std::string render(const Analysis& analysis, const RenderOptions& options) {
  return head(analysis.report, options) + runs_text(analysis.report, options) +
         simulated_text(analysis.report, options) + hot_text(analysis.report, options) +
         roofs_text(analysis.report, options) +
         findings_text(analysis, options);
}

}  // namespace

extern const RenderInfo summary;
const RenderInfo summary{"summary", "machine, runs, roofs and the first findings on one screen", render};

}  // namespace hpct::renders
