// SPDX-License-Identifier: Apache-2.0
#include "collector/simulated_counts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "collector/clock.h"
#include "collector/simulator.h"
#include "reports/exit_status.h"
#include "reports/file_io.h"

namespace hpct {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCounter = "ir_sim";
constexpr const char* kUnit = "1";
constexpr const char* kProgramName = "hpct-prof";

/// A folder that lives as long as this, under a name of fixed length.
class SimulationFolder {
 public:
  SimulationFolder() {
    std::error_code unknown;
    auto name = (fs::temp_directory_path(unknown) / "hpct-simulation-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~SimulationFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  SimulationFolder(const SimulationFolder&) = delete;
  SimulationFolder& operator=(const SimulationFolder&) = delete;

  [[nodiscard]] bool exists() const { return !path_.empty(); }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Value missing(MissingReason reason, std::string detail) {
  return Value::missing(kUnit, reason, std::move(detail));
}

Value missing(const Error& error) {
  const auto hint = error.hint.empty() ? "" : "; " + error.hint;
  return missing(MissingReason::not_found, error.message + hint);
}

Value counted(std::int64_t count, std::string detail) {
  auto value = Value::of(static_cast<double>(count), kUnit, Provenance::simulated);
  value.detail = std::move(detail);
  return value;
}

std::string text_of(const Scalar& scalar) {
  return std::visit([](const auto& value) { return fmt::format("{}", value); }, scalar);
}

/// Every line of `text` as its first word and the rest.
std::vector<std::pair<std::string_view, std::string_view>> fields_of(std::string_view text) {
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto space = line.find(' ');
    if (space != std::string_view::npos) fields.emplace_back(line.substr(0, space), line.substr(space + 1));
  }
  return fields;
}

std::int64_t integer_in(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// A program that dies of an instruction that the simulator does not know still leaves a file with totals.
Value failure(int status, const Simulator& simulator) {
  if (status == 128 + SIGILL)
    return missing(MissingReason::isa_masked,
                   fmt::format("killed by SIGILL: it uses instructions that {} does not know (AVX-512?)",
                               simulator.version));
  return missing(MissingReason::not_found,
                 fmt::format("failed on the simulated CPU: {}", describe_exit(status)));
}

/// The workload's reduced settings as the other process is told them.
SimulatedRequest request_for(const WorkloadInfo& info, const Variant& variant, const Settings& reduced) {
  SimulatedRequest request{
      .workload = std::string(info.name), .variant = variant.name, .cache = reduced.cache, .assignments = {}};
  for (const auto& [name, value] : reduced.parameters)
    request.assignments.push_back(fmt::format("{}={}", name, text_of(value)));
  return request;
}

/// Our own program in the simulator, through a link of fixed name.
Expected<InstructionCounts> counts_of(const Simulator& simulator, const PinnedEnvironment& environment,
                                      const SimulatedRequest& request, int& status) {
  const SimulationFolder folder;
  std::error_code failed;
  if (folder.exists())
    fs::create_symlink(fs::read_symlink("/proc/self/exe", failed), folder.path() / kProgramName, failed);
  if (!folder.exists() || failed) return fail(ErrorCode::io, "there is no room for temporary files");
  if (auto written = write_file_atomically(folder.path() / kSimulatedRequestFile, to_text(request)); !written)
    return tl::unexpected(written.error());
  const auto process =
      execute_simulated(simulator, environment,
                        {.command = {fmt::format("./{}", kProgramName), std::string(kSimulatedCommand)},
                         .folder = folder.path(),
                         .options = {"--instr-atstart=no", "--callgrind-out-file=/dev/null",
                                     fmt::format("--log-file={}", kSimulatedLogFile)}});
  if (!process) return tl::unexpected(process.error());
  status = process->status;
  const auto answer = read_file(folder.path() / kSimulatedAnswerFile);
  return parse_instruction_counts(answer.value_or(""));
}

/// Why a variant cannot be simulated at all, or an empty value.
std::optional<Value> obstacle(const WorkloadInfo& info, const Variant& variant) {
  if (info.reduce == nullptr)
    return missing(MissingReason::not_declared, "this workload has no reduced size to simulate");
  if (variant.isa != Isa::baseline && name_of(variant.isa) != simulated_isa())
    return missing(
        MissingReason::isa_masked,
        fmt::format("the simulated CPU has no {}: it would count another code path", name_of(variant.isa)));
  return std::nullopt;
}

/// Inputs that are generated and kept must be there before: the process that is counted would otherwise
/// generate them in the first run and read them in the second, and have another heap.
Expected<void> make_inputs(const WorkloadInfo& info, const Settings& reduced) {
  auto workload = info.make(reduced);
  if (!workload) return tl::unexpected(workload.error());
  NoProgress silent;
  return (*workload)->prepare(silent);
}

void store(Run& run, const InstructionCounts& counts, const std::string& detail) {
  run.values[kCounter] = counted(counts.total, detail);
  for (auto& region : run.regions) {
    const auto at = counts.regions.find(region.path);
    region.values[kCounter] =
        at == counts.regions.end()
            ? missing(MissingReason::not_found, "this region does not occur at the reduced size")
            : counted(at->second, detail);
  }
}

/// "rows=100000 on 1 thread"
std::string describe_size(const Settings& reduced) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : reduced.parameters)
    if (const auto text = text_of(value); !text.empty()) parts.push_back(fmt::format("{}={}", name, text));
  return fmt::format("{} on 1 thread", fmt::join(parts, " "));
}

/// The sum that callgrind leaves at the end of its file.
std::optional<std::int64_t> total_in(const fs::path& file) {
  constexpr std::string_view kTotals = "\ntotals: ";
  const auto text = read_file(file).value_or("");
  const auto at = text.rfind(kTotals);
  if (at == std::string::npos) return std::nullopt;
  return integer_in(std::string_view(text).substr(at + kTotals.size()));
}

/// What the program must find to be the same program; and one thread where OpenMP would take all cores.
std::vector<std::string> variables_for_program() {
  const char* const threads = std::getenv("OMP_NUM_THREADS");
  return {fmt::format("OMP_NUM_THREADS={}", threads != nullptr ? threads : "1")};
}

Simulation describe(const Simulator& simulator, const PinnedEnvironment& environment, std::int64_t begin_ns) {
  Simulation simulation;
  simulation.tool = simulator.version + " callgrind";
  simulation.path = simulator.path;
  simulation.environment = environment.hash;
  simulation.seconds = static_cast<double>(clock::monotonic_ns() - begin_ns) * 1e-9;
  return simulation;
}

/// Adds the counts; or a missing value that says why there are none.
std::optional<Value> simulate(Run& run, const WorkloadInfo& info, const Variant& variant,
                              const Settings& settings) {
  const auto simulator = find_simulator();
  if (!simulator) return missing(simulator.error());
  auto reduced = settings;
  reduced.threads = 1;
  info.reduce(reduced);
  if (const auto made = make_inputs(info, reduced); !made) return missing(made.error());
  const auto begin_ns = clock::monotonic_ns();
  const auto environment = pin_environment(*simulator, {});
  int status = 0;
  const auto counts = counts_of(*simulator, environment, request_for(info, variant, reduced), status);
  if (status != 0) return failure(status, *simulator);
  if (!counts) return missing(counts.error());
  store(run, *counts, describe_size(reduced));
  run.simulation = describe(*simulator, environment, begin_ns);
  run.simulation->isa = name_of(variant.isa);
  run.simulation->parameters = reduced.parameters;
  return std::nullopt;
}

/// Every process writes its own files: one that the program forks must not write over those of its parent.
std::vector<std::string> files_in(const fs::path& folder) {
  return {fmt::format("--callgrind-out-file={}", (folder / "counts.%p").string()),
          fmt::format("--log-file={}", (folder / "log.%p").string())};
}

std::optional<Value> simulate(Run& run, const std::vector<std::string>& command) {
  const auto simulator = find_simulator();
  if (!simulator) return missing(simulator.error());
  const SimulationFolder folder;
  if (!folder.exists()) return missing(MissingReason::not_found, "there is no room for temporary files");
  const auto begin_ns = clock::monotonic_ns();
  const auto own = variables_for_program();
  const auto environment = pin_environment(*simulator, own);
  const auto process = execute_simulated(
      *simulator, environment,
      {.command = command, .folder = fs::current_path(), .options = files_in(folder.path())});
  if (!process) return missing(process.error());
  if (process->status != run.exit_status.value_or(0)) return failure(process->status, *simulator);
  const auto total = total_in(folder.path() / fmt::format("counts.{}", process->number));
  if (!total) return missing(MissingReason::not_found, "the simulated CPU left no counts");
  run.values[kCounter] = counted(*total, fmt::format("the whole program, {}", fmt::join(own, " ")));
  run.simulation = describe(*simulator, environment, begin_ns);
  run.simulation->threads = 0;
  run.simulation->parameters = run.parameters;
  return std::nullopt;
}

}  // namespace

std::string to_text(const SimulatedRequest& request) {
  auto text = fmt::format("workload {}\nvariant {}\ncache {}\n", request.workload, request.variant,
                          request.cache.string());
  for (const auto& assignment : request.assignments) text += fmt::format("set {}\n", assignment);
  return text;
}

SimulatedRequest parse_simulated_request(std::string_view text) {
  SimulatedRequest request;
  for (const auto& [key, value] : fields_of(text)) {
    if (key == "workload") request.workload = value;
    if (key == "variant") request.variant = value;
    if (key == "cache") request.cache = value;
    if (key == "set") request.assignments.emplace_back(value);
  }
  return request;
}

std::string to_text(const InstructionCounts& counts) {
  auto text = fmt::format("total {}\n", counts.total);
  for (const auto& [path, count] : counts.regions) text += fmt::format("region {} {}\n", count, path);
  return text;
}

Expected<InstructionCounts> parse_instruction_counts(std::string_view text) {
  InstructionCounts counts;
  for (const auto& [key, value] : fields_of(text)) {
    if (key == "error") return fail(ErrorCode::failed, std::string(value));
    if (key == "total") counts.total = integer_in(value);
    if (key == "region") counts.regions[std::string(value.substr(value.find(' ') + 1))] = integer_in(value);
  }
  if (counts.total <= 0) return fail(ErrorCode::failed, "the simulated CPU gave no answer");
  return counts;
}

void add_simulated_counts(Run& run, const WorkloadInfo& info, const Variant& variant,
                          const Settings& settings) {
  auto blocked = obstacle(info, variant);
  if (!blocked) blocked = simulate(run, info, variant, settings);
  if (blocked) run.values[kCounter] = std::move(*blocked);
}

void add_simulated_counts(Run& run, const std::vector<std::string>& command) {
  if (auto blocked = simulate(run, command)) run.values[kCounter] = std::move(*blocked);
}

}  // namespace hpct
