// SPDX-License-Identifier: Apache-2.0
#include "cli/bench/workload_benchmarks.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <hpct/workload.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "cli/cache.h"
#include "cli/measuring.h"
#include "collector/settings.h"
#include "workloads/registry.h"

namespace hpct {
namespace {

/// A workload with its settings, prepared once for all its variants.
class PreparedWorkload {
 public:
  PreparedWorkload(const WorkloadInfo& info, Settings settings)
      : info_(info), settings_(std::move(settings)) {}

  /// Frees what another workload holds: inputs may be large, and benchmarks come workload by workload.
  Expected<Workload*> get() {
    if (current_ != this && current_ != nullptr) current_->workload_.reset();
    current_ = this;
    if (workload_) return workload_.get();
    auto made = info_.make(settings_);
    if (!made) return tl::unexpected(made.error());
    NoProgress quiet;
    if (auto ready = (*made)->prepare(quiet); !ready) return tl::unexpected(ready.error());
    workload_ = std::move(*made);
    return workload_.get();
  }

 private:
  static inline PreparedWorkload* current_ = nullptr;

  const WorkloadInfo& info_;
  Settings settings_;
  std::unique_ptr<Workload> workload_;
};

std::string text_of(const Error& error) {
  return error.hint.empty() ? error.message : error.message + " (" + error.hint + ")";
}

std::int64_t whole(const std::optional<Quantity>& quantity) {
  return quantity ? std::llround(quantity->amount) : 0;
}

/// What one round does, as rates over the time that rules the benchmark.
void set_rates(benchmark::State& state, const Work& work) {
  const auto rounds = static_cast<std::int64_t>(state.iterations());
  if (work.items) state.SetItemsProcessed(rounds * whole(work.items));
  if (work.bytes_read) state.SetBytesProcessed(rounds * (whole(work.bytes_read) + whole(work.bytes_written)));
  if (work.flops)
    state.counters["flops"] =
        benchmark::Counter(work.flops->amount * static_cast<double>(rounds), benchmark::Counter::kIsRate);
}

/// The last round's result is checked, after the clock has stopped.
void run_variant(benchmark::State& state, PreparedWorkload& prepared, const Variant& variant) {
  const auto workload = prepared.get();
  if (!workload) return state.SkipWithError(text_of(workload.error()).c_str());
  for ([[maybe_unused]] auto _ : state)
    if (const auto done = (*workload)->run(variant); !done)
      return state.SkipWithError(text_of(done.error()).c_str());
  const auto check = (*workload)->verify(variant);
  if (!check) return state.SkipWithError(text_of(check.error()).c_str());
  if (!check->ok) return state.SkipWithError(("wrong result: " + check->message).c_str());
  set_rates(state, (*workload)->work(variant).total);
}

/// "/rows:1000000" for each parameter that is not at its default.
std::string changed_parameters(const WorkloadInfo& info, const Settings& settings) {
  std::string text;
  for (const auto& parameter : info.parameters()) {
    const auto& value = settings.parameters.find(parameter.name)->second;
    if (value != parameter.default_value)
      text += std::visit([&](const auto& v) { return fmt::format("/{}:{}", parameter.name, v); }, value);
  }
  return text;
}

void register_variant(const std::string& name, const std::shared_ptr<PreparedWorkload>& prepared,
                      const Variant& variant) {
  auto* const registered = benchmark::RegisterBenchmark(
      name.c_str(), [prepared, variant](benchmark::State& state) { run_variant(state, *prepared, variant); });
  registered->Unit(benchmark::kMillisecond);
  // The work of a team is over when the last of it is: real time rules, and all of its CPU time counts.
  if (variant.parallel) registered->MeasureProcessCPUTime()->UseRealTime();
}

/// The assignments that this workload knows; a name it does not know may be another's.
std::vector<std::string> assignments_for(const WorkloadInfo& info, const BenchRequest& request) {
  auto wanted = request.full_size ? std::vector<std::string>() : small_size_of(info);
  const auto parameters = info.parameters();
  for (const auto& assignment : request.assignments) {
    const auto name = assignment.substr(0, assignment.find('='));
    if (std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == name; }))
      wanted.push_back(assignment);
  }
  return wanted;
}

Expected<void> register_workload(const WorkloadInfo& info, const BenchRequest& request) {
  Settings settings;
  settings.threads = request.threads > 0 ? request.threads : usable_threads();
  auto cache = cache_folder();
  if (!cache) return tl::unexpected(cache.error());
  settings.cache = *cache;
  auto parameters = resolve_parameters(info, assignments_for(info, request));
  if (!parameters) return tl::unexpected(parameters.error());
  settings.parameters = std::move(*parameters);
  const auto prepared = std::make_shared<PreparedWorkload>(info, settings);
  const auto changed = changed_parameters(info, settings);
  for (const auto& variant : info.variants(settings)) {
    if (!cpu_supports(variant.isa)) continue;
    auto name = fmt::format("{}/{}{}", info.name, variant.name, changed);
    if (variant.parallel) name += fmt::format("/threads:{}", settings.threads);
    register_variant(name, prepared, variant);
  }
  return {};
}

/// Every assignment must mean something to one workload at least.
Expected<void> check_assignments(const BenchRequest& request) {
  std::set<std::string> names;
  for (const auto* info : all_workloads())
    for (const auto& parameter : info->parameters()) names.insert(parameter.name);
  for (const auto& assignment : request.assignments)
    if (const auto name = assignment.substr(0, assignment.find('=')); !names.contains(name))
      return tl::unexpected(unknown_name("parameter", name, {names.begin(), names.end()}));
  return {};
}

}  // namespace

Expected<void> register_workloads(const BenchRequest& request) {
  if (auto known = check_assignments(request); !known) return known;
  for (const auto* info : all_workloads())
    if (auto registered = register_workload(*info, request); !registered) return registered;
  return {};
}

}  // namespace hpct
