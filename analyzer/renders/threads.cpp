// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/render.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

std::string seconds_text(std::int64_t ns) { return format_quantity(static_cast<double>(ns) * 1e-9, "s"); }

double total_cpu_ns(const Run& run) {
  double sum = 0;
  for (const auto& usage : run.thread_usage) sum += static_cast<double>(usage.cpu_ns);
  return sum;
}

int thread_count(const Run& run) {
  int count = 0;
  for (const auto& usage : run.thread_usage) count += std::max(1, usage.others);
  return count;
}

std::string table_of(const Run& run, const RenderOptions& options) {
  TextTable table({{"THREAD", Align::left},
                   {"PROCESS", Align::right, 3},
                   {"NUMBER", Align::right, 2},
                   {"CPU TIME"},
                   {"SHARE"},
                   {"WAITED FOR A CORE", Align::right, 1}});
  const double total = std::max(1.0, total_cpu_ns(run));
  for (const auto& usage : run.thread_usage)
    table.add({{usage.name, Style::strong},
               usage.others > 0 ? "" : fmt::format("{}", usage.process),
               usage.others > 0 ? "" : fmt::format("{}", usage.thread),
               seconds_text(usage.cpu_ns) + (usage.exact ? " " : "~"),
               fmt::format("{:.1f} %", static_cast<double>(usage.cpu_ns) / total * 100),
               usage.run_delay_ns ? seconds_text(*usage.run_delay_ns) : "?"});
  return table.text(options);
}

std::string render(const Analysis& analysis, const RenderOptions& options) {
  std::string out;
  for (const auto& run : analysis.report.runs) {
    if (run.thread_usage.empty()) continue;
    out += fmt::format("{}{}  {} in the last execution\n", out.empty() ? "" : "\n", label_of(run),
                       threads_text(thread_count(run))) +
           table_of(run, options);
  }
  if (out.empty())
    return wrapped(
        "No threads of a program: hpct-prof run -- ./program records them. Those of a workload are in --view "
        "kernels (imbalance) and in the timeline.",
        static_cast<std::size_t>(options.width), "", "");
  return out +
         painted(
             wrapped(
                 "~ last seen, at most 50 ms before the thread ended; without it: the kernel's final count",
                 static_cast<std::size_t>(options.width), "", "  "),
             Style::faint, options);
}

}  // namespace

extern const RenderInfo threads;
const RenderInfo threads{"threads", "CPU time and waiting for a core of each thread of a program", render};

}  // namespace hpct::renders
