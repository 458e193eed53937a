// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/measuring.h"
#include "collector/counter_request.h"
#include "collector/settings.h"

namespace hpct::commands {
namespace {

/// "10", "10s", "2m" -> seconds
Expected<double> parse_seconds(std::string text) {
  double factor = 1;
  if (text.ends_with("ms")) {
    factor = 1e-3;
    text.resize(text.size() - 2);
  } else if (text.ends_with("s") || text.ends_with("m")) {
    factor = text.back() == 'm' ? 60 : 1;
    text.pop_back();
  }
  const auto number = parse_number(text);
  if (!number || *number <= 0) return fail(ErrorCode::usage, "--budget needs a time like 10s, 500ms or 2m");
  return *number * factor;
}

struct RunArguments {
  RunRequest request;
  std::string budget = "10s";
  std::optional<int> repetitions;  ///< exactly so many
  std::string counters = "auto";
  std::string timeline_records;  ///< "10M"; empty: the default
  bool sample = false;           ///< sample a bundled workload; programs are sampled anyway
  bool no_sampling = false;
  std::string call_graph;  ///< "fp", "dwarf"
};

/// Bounded, so that a slip of the finger does not ask for all the memory there is.
Expected<void> settle_timeline(RunArguments& arguments) {
  if (arguments.timeline_records.empty()) return {};
  constexpr double kMost = 4e9;  // 128 GB
  const auto number = parse_number(arguments.timeline_records);
  if (!number || *number < 1 || *number > kMost)
    return fail(ErrorCode::usage, "--timeline-records needs a number from 1 to 4G, like 500k or 10M",
                "each takes 32 bytes of memory while the program runs");
  arguments.request.options.timeline_records = static_cast<std::size_t>(*number);
  return {};
}

/// How often to measure: exactly as asked, else within limits; a program of the user's once.
void settle_repetitions(RunArguments& arguments, bool program, bool minimum_given) {
  auto& options = arguments.request.options;
  options.insist_on_minimum = minimum_given || arguments.repetitions;
  if (program && !minimum_given) options.min_repetitions = 1;
  if (arguments.repetitions) options.min_repetitions = options.max_repetitions = *arguments.repetitions;
}

/// A program of the user's is sampled unless he says no; a bundled workload, whose time is the point, only
/// when he says so.
Expected<void> settle_sampling(RunArguments& arguments, bool program) {
  auto& sampling = arguments.request.options.sampling;
  const bool wanted = arguments.sample || !arguments.call_graph.empty();
  if (wanted && arguments.no_sampling)
    return fail(ErrorCode::usage, "--no-sampling excludes --sample and --call-graph");
  sampling.enabled = !arguments.no_sampling && (program || wanted);
  if (!(sampling.rate_hz >= 1 && sampling.rate_hz <= 10000))
    return fail(ErrorCode::usage, "--sample-rate must be between 1 and 10000 Hz",
                "the rate is lowered by itself where samples would take more than 2 % of the time");
  if (arguments.call_graph == "dwarf")
    sampling.call_graph = CallGraph::dwarf;
  else if (!arguments.call_graph.empty() && arguments.call_graph != "fp")
    return tl::unexpected(unknown_name("call graph", arguments.call_graph, {"fp", "dwarf"}));
  return {};
}

Expected<void> check(RunArguments& arguments, const Invocation& invocation, bool threads_given) {
  auto& request = arguments.request;
  auto counters = parse_counters(arguments.counters);
  if (!counters) return tl::unexpected(counters.error());
  counters->multiplex = request.options.counters.multiplex;
  request.options.counters = std::move(*counters);
  const auto budget = parse_seconds(arguments.budget);
  if (!budget) return tl::unexpected(budget.error());
  request.options.budget_s = *budget;
  if (auto settled = settle_timeline(arguments); !settled) return settled;
  if (threads_given && request.threads < 1)
    return fail(ErrorCode::usage, "--threads must be at least 1",
                "leave it out to use every core this process may use");
  if (request.threads > 4096) return fail(ErrorCode::usage, "--threads must be at most 4096");
  if (request.options.min_repetitions < 1 ||
      request.options.max_repetitions < request.options.min_repetitions)
    return fail(ErrorCode::usage, "repetitions must be at least 1, and the maximum not below the minimum");
  if (request.workload.empty() == invocation.program.empty())
    return fail(
        ErrorCode::usage,
        request.workload.empty() ? "run what?" : "a workload and a program after -- exclude each other",
        "hpct-prof run mandelbrot, or hpct-prof run -- ./program arguments; hpct-prof list shows the "
        "workloads");
  if (!invocation.program.empty() && (!request.variants.empty() || !request.assignments.empty()))
    return fail(ErrorCode::usage, "a program of your own has no --variant and no --set",
                "they belong to bundled workloads; the program's own arguments go after it");
  if (invocation.program.empty() && request.options.software_events)
    return fail(ErrorCode::usage, "--sde is for a program of your own: hpct-prof run --sde -- ./program",
                "the work of a bundled workload is in sde.* anyway");
  return settle_sampling(arguments, !invocation.program.empty());
}

Expected<void> run_request(const RunRequest& request, Invocation& invocation) {
  const bool program = !invocation.program.empty();
  const auto stem =
      program ? std::filesystem::path(invocation.program[0]).filename().string() : request.workload;
  LiveLine live;
  auto file = output_file(request, stem);
  if (!file) return tl::unexpected(file.error());
  auto measurement =
      program ? measure_command(invocation.program, request, live) : measure_workload(request, live);
  live.clear();
  if (!measurement) {
    if (measurement.error().code == ErrorCode::interrupted) measurement.error().hint = "nothing was written";
    return tl::unexpected(measurement.error());
  }
  if (measurement->interrupted)
    return tl::unexpected(publish_interrupted(std::move(*measurement), request, invocation, *file));
  const auto status = measurement->runs.back().run.exit_status;
  if (auto published = publish(std::move(*measurement), request, invocation, *file); !published)
    return published;
  invocation.exit_code = status.value_or(kPass);  // the user's program decides, as with time(1)
  return {};
}

void add(CLI::App& command, Invocation& invocation) {
  const auto arguments = std::make_shared<RunArguments>();
  auto& request = arguments->request;
  command.add_option("workload", request.workload, "a bundled workload (see hpct-prof list)");
  command.add_option("-v,--variant", request.variants,
                     "variants to measure: a,b or all; default: the best one here");
  auto* threads = command.add_option("-t,--threads", request.threads,
                                     "threads of the parallel variants; default: all usable");
  command.add_option("-s,--set", request.assignments, "a parameter: name=value (repeatable)")
      ->allow_extra_args(false);
  command.add_option("-o,--output", request.output, "report file; default: WORKLOAD.hpct.json");
  command.add_option("--budget", arguments->budget, "time to spend per variant (10s)");
  command.add_option("-r,--repetitions", arguments->repetitions, "measure exactly so often (programs: 1)");
  auto* minimum =
      command.add_option("--min-repetitions", request.options.min_repetitions, "at least so often (3)");
  command.add_option("--max-repetitions", request.options.max_repetitions, "at most so often (50)");
  command.add_option("--seed", request.options.seed, "order of the interleaved variants (1)");
  command.add_option("--counters", arguments->counters,
                     "auto, none, or names from hpct-prof list: a,b; simulated: instructions "
                     "on a simulated CPU too (auto)");
  command.add_flag("--multiplex", request.options.counters.multiplex,
                   "let too many hardware events take turns instead of repeating for each set of them");
  command.add_option("--timeline-records", arguments->timeline_records,
                     "regions kept for the timeline, all threads together (4M); sums go on without");
  command
      .add_flag("--fenced", request.options.fenced,
                "wait for the measured code at each timestamp: for regions under 1 us, which then cost twice")
      ->envname("HPCT_FENCED");
  command.add_flag_callback(
      "--no-ceilings", [arguments] { arguments->request.ceilings = false; },
      "do not measure the machine's roofs");
  command.add_flag("--sample", arguments->sample, "sample a workload too: hot functions (programs: always)");
  command.add_flag("--no-sampling", arguments->no_sampling, "do not sample the program");
  command.add_option("--sample-rate", request.options.sampling.rate_hz,
                     "samples per second of CPU time (1000)");
  command.add_option("--call-graph", arguments->call_graph,
                     "callers by frame pointers or unwind tables: fp or dwarf (fp)");
  command.add_flag(
      "--sde", request.options.software_events,
      "read software-defined events (PAPI SDE) of a program whose libraries have them; of one that is "
      "linked with libsde they are read anyway");
  command.add_flag("--json", request.json,
                   "print the report instead of the summary;\na program's output goes to stderr then");
  command.footer(
      "Examples:\n  hpct-prof run 1brc\n  hpct-prof run 1brc --variant all --set rows=10M -o "
      "ladder.hpct.json\n"
      "  hpct-prof run mandelbrot --variant block-rows,dynamic --threads 4\n  hpct-prof run mandelbrot "
      "--counters instructions,cycles,l3.misses\n  hpct-prof run --repetitions 5 "
      "-- ./my_program --its-option");
  command.callback([arguments, threads, minimum, &invocation] {
    settle_repetitions(*arguments, !invocation.program.empty(), minimum->count() > 0);
    auto done = check(*arguments, invocation, threads->count() > 0);
    if (done) done = run_request(arguments->request, invocation);
    if (!done) invocation.exit_code = report_error(done.error());
  });
}

}  // namespace

extern const CommandInfo run;
const CommandInfo run{"run", "measure a workload or your own program", add};

}  // namespace hpct::commands
