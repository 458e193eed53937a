// SPDX-License-Identifier: Apache-2.0
#include "reports/google_benchmark.h"

#include "cli/exporter.h"

namespace hpct::exporters {
namespace {

Expected<std::string> write(const Report& report, const std::filesystem::path& file) {
  if (report.runs.empty())
    return fail(ErrorCode::bad_file, file.string() + " has no runs",
                "measure something: hpct-prof run WORKLOAD");
  return to_json(google_benchmark_of(report));
}

}  // namespace

extern const ExporterInfo google_benchmark;
const ExporterInfo google_benchmark{"google-benchmark",
                                    "JSON as of --benchmark_out: for compare.py and the like", write};

}  // namespace hpct::exporters
