// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/cache.h"
#include "cli/certificate_cache.h"
#include "cli/measuring.h"
#include "cli/variant_choice.h"
#include "collector/machine.h"
#include "collector/noise.h"
#include "collector/settings.h"
#include "collector/simulated_counts.h"
#include "workloads/registry.h"

namespace hpct {
namespace {

Expected<const WorkloadInfo*> find_workload(const std::string& name) {
  std::vector<std::string> names;
  for (const auto* info : all_workloads()) {
    if (info->name == name) return info;
    names.emplace_back(info->name);
  }
  auto error = unknown_name("workload", name, names);
  error.hint += "; your own program goes after --: hpct-prof run -- ./program";
  return tl::unexpected(error);
}

Expected<Settings> settings_for(const WorkloadInfo& info, const RunRequest& request,
                                const std::vector<std::string>& assignments) {
  Settings settings;
  settings.threads = request.threads == 0 ? usable_threads() : request.threads;
  auto cache = cache_folder();
  if (!cache) return tl::unexpected(cache.error());
  settings.cache = *cache;
  auto parameters = resolve_parameters(info, assignments);
  if (!parameters) return tl::unexpected(parameters.error());
  settings.parameters = std::move(*parameters);
  return settings;
}

/// After the measured repetitions, and none of them: what is simulated has no time.
void simulate(std::vector<MeasuredRun>& runs, const WorkloadInfo& info, const std::vector<Variant>& variants,
              const Settings& settings, Progress& progress) {
  for (std::size_t i = 0; i < runs.size() && !interrupt_requested(); ++i) {
    progress.update("counting on a simulated CPU", static_cast<double>(i), static_cast<double>(runs.size()));
    add_simulated_counts(runs[i].run, info, variants[i], settings);
  }
}

void note_interrupt(Measurement& measurement, std::size_t wanted) {
  measurement.interrupted = true;
  const auto measured = measurement.runs.size();
  measurement.warnings.push_back(
      measured == wanted ? std::string("interrupted: there are fewer repetitions than were wanted")
                         : fmt::format("interrupted: {} of {} variants are here, with fewer repetitions "
                                       "than were wanted",
                                       measured, wanted));
}

/// Roofs need as many samples as their percentiles do, and no more; whoever asked for another number gets it.
RunnerOptions options_for(const WorkloadInfo& info, const Settings& settings, RunnerOptions options) {
  constexpr int kSamples = 30;
  constexpr int kQuickSamples = 11;
  const bool asked = options.insist_on_minimum || options.max_repetitions != RunnerOptions{}.max_repetitions;
  if (info.role != "ceiling") return options;
  options.timeline = false;
  if (asked) return options;
  options.min_repetitions = settings.integer("quick") != 0 ? kQuickSamples : kSamples;
  options.max_repetitions = options.min_repetitions;
  return options;
}

std::unique_ptr<WorkloadSampler> make_sampler(SamplingOptions options, const CounterSet& counters) {
  options.spare_hardware = std::any_of(counters.sources.begin(), counters.sources.end(),
                                       [](const auto& source) { return source->uses_hardware(); });
  return make_workload_sampler(options);
}

}  // namespace

int usable_threads() {
  // Asked several times in a run; reading the whole machine each time would be work done twice.
  static const int threads = [] {
    const auto machine = describe_machine();
    const double quota = machine.limits.cpu_quota.value_or(machine.cpu.usable);
    return std::max(1, std::min(machine.cpu.usable, static_cast<int>(std::floor(quota))));
  }();
  return threads;
}

Expected<Measurement> measure_workload(const RunRequest& request, LiveLine& live) {
  const auto info = find_workload(request.workload);
  if (!info) return tl::unexpected(info.error());
  auto assignments = request.assignments;
  const auto isa = take_isa(**info, assignments);
  if (!isa) return tl::unexpected(isa.error());
  auto settings = settings_for(**info, request, assignments);
  if (!settings) return tl::unexpected(settings.error());
  const auto variants = choose_variants(**info, *settings, {.names = request.variants, .most = *isa});
  if (!variants) return tl::unexpected(variants.error());
  for (const auto& variant : *variants) settings->variants.push_back(variant.name);

  Measurement measurement;
  measurement.noise = measure_noise(kNoiseSeconds).noise;
  const bool needs_roofs = request.ceilings && (*info)->role != "ceiling";
  if (needs_roofs) measurement.ceilings = ceilings_for(settings->threads, live, measurement.warnings);
  if (interrupt_requested()) return interrupted_too_early();
  measurement.certificate = certificate_here(false);
  // Before the workload makes threads: they inherit the counters.
  auto counters = open_counters(request.options.counters);
  if (request.options.sampling.enabled) counters.sampler = make_sampler(request.options.sampling, counters);
  auto workload = (*info)->make(*settings);
  if (!workload) return tl::unexpected(workload.error());
  if (auto prepared = (*workload)->prepare(live); !prepared) return tl::unexpected(prepared.error());
  auto runs = measure(**info, **workload, *variants, *settings, counters,
                      options_for(**info, *settings, request.options), live);
  if (!runs) return tl::unexpected(runs.error());
  if (interrupt_requested() && (*info)->role == "ceiling")  // half the samples are no roof
    return fail(ErrorCode::interrupted, "interrupted before the roofs were known");
  measurement.runs = std::move(*runs);
  if (interrupt_requested()) note_interrupt(measurement, variants->size());
  if (request.options.counters.simulated) simulate(measurement.runs, **info, *variants, *settings, live);
  if (settings->threads > usable_threads())
    measurement.warnings.push_back(fmt::format("{} threads share {} cores: they wait for each other",
                                               settings->threads, usable_threads()));
  return measurement;
}

}  // namespace hpct
