// SPDX-License-Identifier: Apache-2.0
#include "cli/compared_files.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "collector/settings.h"
#include "reports/report_io.h"

namespace hpct {

Expected<double> parse_share(const std::string& text) {
  const bool per_cent = text.ends_with("%");
  const auto number = parse_number(per_cent ? text.substr(0, text.size() - 1) : text);
  const double share = number ? *number / (per_cent ? 100 : 1) : -1;
  if (share < 0 || share >= 10)
    return fail(ErrorCode::usage, fmt::format("--threshold {} is no share of the time", text),
                "write it like 5% or 0.05");
  return share;
}

void ComparedFiles::add_to(CLI::App& command) {
  command.add_option("base", base, "the report to compare with")->required();
  command.add_option("candidate", candidate, "the report that is judged")->required();
  command.add_option("--threshold", threshold, "changes smaller than this do not matter (5%)");
  command.add_flag("--ignore-differences", ignore_differences,
                   "compare although machine, parameters or code path differ");
  command.add_flag("--json", json, "print the result for machines");
}

Expected<Comparison> ComparedFiles::compare() const {
  const auto share = parse_share(threshold);
  if (!share) return tl::unexpected(share.error());
  auto before = read_report(base);
  if (!before) return tl::unexpected(before.error());
  auto after = read_report(candidate);
  if (!after) return tl::unexpected(after.error());
  CompareOptions options;
  options.threshold = *share;
  options.ignore_differences = ignore_differences;
  return hpct::compare(analyze(std::move(*before)), analyze(std::move(*after)), options);
}

}  // namespace hpct
