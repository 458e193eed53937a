// SPDX-License-Identifier: Apache-2.0
// One line per distinct call stack, "thread;outermost;...;innermost count": what flame graph tools read.
#include <fmt/format.h>

#include <algorithm>

#include "cli/exporter.h"
#include "reports/file_io.h"

namespace hpct::exporters {
namespace {

/// Puts `root` in front of every line.
std::string rooted(const std::string& stacks, const std::string& root) {
  std::string text;
  for (std::size_t begin = 0; begin < stacks.size();) {
    const auto end = std::min(stacks.find('\n', begin), stacks.size());
    text += fmt::format("{};{}\n", root, stacks.substr(begin, end - begin));
    begin = end + 1;
  }
  return text;
}

/// Several sampled runs share one output; only then does a line begin with the run it belongs to.
Expected<std::string> write(const Report& report, const std::filesystem::path& file) {
  const auto has_stacks = [](const Run& run) { return run.profile && !run.profile->stacks.empty(); };
  const auto sampled = std::count_if(report.runs.begin(), report.runs.end(), has_stacks);
  if (sampled == 0)
    return fail(ErrorCode::bad_file, fmt::format("{} has no call stacks", file.string()),
                "sample first: hpct-prof run -- ./program, or hpct-prof run WORKLOAD --sample");
  std::string text;
  for (const auto& run : report.runs) {
    if (!has_stacks(run)) continue;
    const auto stacks = read_file(file.parent_path() / run.profile->stacks);
    if (!stacks) return tl::unexpected(stacks.error());
    text += sampled == 1 ? *stacks : rooted(*stacks, fmt::format("{}/{}", run.workload, run.variant));
  }
  return text;
}

}  // namespace

extern const ExporterInfo collapsed;
const ExporterInfo collapsed{"collapsed", "call stacks, one per line with its count: for flame graphs",
                             write};

}  // namespace hpct::exporters
