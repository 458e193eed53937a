// SPDX-License-Identifier: Apache-2.0
// hpct-bench: the bundled workloads as Google Benchmarks, with all its flags.
#include <hpct/benchmark.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>

#include "cli/bench/workload_benchmarks.h"
#include "cli/command.h"
#include "collector/clock.h"

namespace {

using Words = std::vector<std::string>;

bool given(const Words& words, const std::string& word) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& w) { return w.starts_with(word); });
}

/// Our options are taken out; what is left belongs to Google Benchmark.
Words parse(CLI::App& app, hpct::BenchRequest& request, Words words) {
  app.set_help_flag("");
  app.allow_extras();
  app.add_option("--set", request.assignments,
                 "a parameter: name=value (repeatable), for the workloads that have it")
      ->allow_extra_args(false);
  app.add_option("--threads", request.threads, "threads of the parallel variants; default: all usable");
  app.add_flag("--full-size", request.full_size, "the workloads' default sizes: minutes instead of seconds");
  std::reverse(words.begin(), words.end());  // as the parser wants them
  app.parse(words);
  return app.remaining();
}

int run(const Words& own, const std::string& program) {
  hpct::BenchRequest request;
  CLI::App app("The bundled workloads as Google Benchmarks, each result checked.", "hpct-bench");
  Words rest;
  try {
    rest = parse(app, request, own);
  } catch (const CLI::ParseError& error) {
    return hpct::report_error({hpct::ErrorCode::usage, error.what(), "hpct-bench --help shows the options"});
  }
  if (request.threads < 0 || request.threads > 4096)
    return hpct::report_error({hpct::ErrorCode::usage, "--threads must be 1 to 4096", ""});
  if (const auto registered = hpct::register_workloads(request); !registered)
    return hpct::report_error(registered.error());
  if (given(rest, "--help")) std::fputs((app.help() + "\n").c_str(), stdout);
  Words words{program};
  // Workloads are milliseconds long: a tenth of a second is many rounds.
  if (!given(rest, "--benchmark_min_time")) words.emplace_back("--benchmark_min_time=0.1");
  words.insert(words.end(), rest.begin(), rest.end());
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  return hpct::run_benchmarks(static_cast<int>(words.size()), arguments.data());
}

}  // namespace

int main(int argc, char** argv) {
  hpct::clock::calibrate();
  return run(Words(argv + 1, argv + argc), argv[0]);
}
