// SPDX-License-Identifier: Apache-2.0
#include "reports/google_benchmark.h"

#include "cli/importer.h"

namespace hpct::importers {
namespace {

Expected<Report> read(std::string_view text, const std::string& name) {
  const auto file = parse_google_benchmark(text, name);
  if (!file) return tl::unexpected(file.error());
  return report_of(*file);
}

}  // namespace

extern const ImporterInfo google_benchmark;
const ImporterInfo google_benchmark{"google-benchmark",
                                    "JSON of --benchmark_out=FILE --benchmark_out_format=json",
                                    looks_like_google_benchmark, read};

}  // namespace hpct::importers
