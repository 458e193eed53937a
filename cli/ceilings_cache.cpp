// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "analyzer/repetitions.h"
#include "cli/cache.h"
#include "cli/measuring.h"
#include "collector/ceilings.h"
#include "collector/machine.h"
#include "reports/report_io.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

/// Firmware, kernel and neighbours change: older roofs are measured again.
constexpr auto kExpiry = std::chrono::hours(24 * 7);

/// Roofs of a machine busier than this would make every later program look better than it is.
constexpr double kBusy = 0.02;

bool is_fresh(const std::filesystem::path& file) {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(file, error);
  return !error && std::filesystem::file_time_type::clock::now() - written < kExpiry;
}

/// The quick look: some seconds are all that may pass before a first run.
Expected<Measurement> measure_roofs(int threads, LiveLine& live) {
  RunRequest request;
  request.workload = "ceilings";
  request.threads = threads;
  request.assignments = {"quick=1"};
  return measure_workload(request, live);
}

/// The median of what the roofs' threads lost waiting for a core; 0 where the kernel does not count it.
double waiting_of(const std::vector<Run>& runs) {
  std::vector<double> shares;
  for (const auto& run : runs) shares.push_back(waiting_share(run).number.value_or(0));
  return shares.empty() ? 0 : median(shares);
}

std::optional<std::filesystem::path> cache_file(const Machine& machine, int threads) {
  const auto folder = cache_folder();
  if (!folder) return std::nullopt;
  return *folder / fmt::format("ceilings-{}-{}.hpct.json", machine.fingerprint, threads);
}

/// The roofs alone: their samples are not looked at again.
bool write_cache(Report report, int threads) {
  const auto file = cache_file(report.machine, threads);
  report.runs.clear();
  return !file || write_report(report, *file);
}

}  // namespace

std::optional<std::string> doubt_about_roofs(const std::vector<Run>& runs) {
  const double waiting = waiting_of(runs);
  if (waiting <= kBusy) return std::nullopt;
  return fmt::format(
      "the roofs are too low: the cores were busy otherwise {:.0f} % of the time while they were measured",
      std::min(waiting, 1.0) * 100);
}

void keep_ceilings(const Report& report, int threads) { static_cast<void>(write_cache(report, threads)); }

std::vector<Ceiling> ceilings_for(int threads, LiveLine& live, std::vector<std::string>& warnings) {
  Report report;
  report.machine = describe_machine();
  if (const auto file = cache_file(report.machine, threads); file && is_fresh(*file))
    if (const auto cached = read_report(*file)) return cached->ceilings;
  live.update("measuring the roofs", 0, 1);
  const auto measured = measure_roofs(threads, live);
  if (!measured) {
    warnings.push_back("no roofs: " + measured.error().message);
    return {};
  }
  for (const auto& run : measured->runs) report.runs.push_back(run.run);
  report.tool = describe_tool();
  report.ceilings = ceilings_from(report.runs);
  if (const auto doubt = doubt_about_roofs(report.runs)) {
    warnings.push_back(*doubt + "; they are not kept");
  } else if (!write_cache(report, threads)) {
    warnings.emplace_back("the roofs could not be cached");
  }
  return report.ceilings;
}

}  // namespace hpct
