// SPDX-License-Identifier: Apache-2.0
// Not for people: what `hpct-prof run --counters simulated` starts on the simulated CPU. Its files are in the
// current folder under fixed names, so that the length of no path is in the count.
#include <fmt/format.h>
#include <hpct/progress.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/command.h"
#include "collector/settings.h"
#include "collector/simulated_counts.h"
#include "reports/file_io.h"
#include "workloads/registry.h"

namespace hpct::commands {
namespace {

Expected<InstructionCounts> count(const SimulatedRequest& request) {
  const auto workloads = all_workloads();
  const auto info = std::find_if(workloads.begin(), workloads.end(),
                                 [&](const auto* known) { return known->name == request.workload; });
  if (info == workloads.end()) return fail(ErrorCode::usage, "no such workload");
  auto parameters = resolve_parameters(**info, request.assignments);
  if (!parameters) return tl::unexpected(parameters.error());
  Settings settings;
  settings.cache = request.cache;
  settings.parameters = std::move(*parameters);
  const auto variants = (*info)->variants(settings);
  const auto variant = std::find_if(variants.begin(), variants.end(),
                                    [&](const Variant& known) { return known.name == request.variant; });
  if (variant == variants.end()) return fail(ErrorCode::usage, "no such variant");
  auto workload = (*info)->make(settings);
  if (!workload) return tl::unexpected(workload.error());
  NoProgress silent;
  if (auto prepared = (*workload)->prepare(silent); !prepared) return tl::unexpected(prepared.error());
  return count_instructions(**workload, *variant, kSimulatedLogFile);
}

Expected<void> answer() {
  if (!on_simulated_cpu())
    return fail(ErrorCode::usage, "simulated-repetition is started by hpct-prof run --counters simulated");
  const auto request = read_file(kSimulatedRequestFile);
  if (!request) return tl::unexpected(request.error());
  const auto counts = count(parse_simulated_request(*request));
  return write_file_atomically(kSimulatedAnswerFile,
                               counts ? to_text(*counts) : fmt::format("error {}\n", counts.error().message));
}

void add(CLI::App& command, Invocation& invocation) {
  command.group("");  // not in the help
  command.callback([&invocation] {
    if (auto done = answer(); !done) invocation.exit_code = report_error(done.error());
  });
}

}  // namespace

extern const CommandInfo simulated_repetition;
const CommandInfo simulated_repetition{kSimulatedCommand, "one repetition on a simulated CPU", add};

}  // namespace hpct::commands
