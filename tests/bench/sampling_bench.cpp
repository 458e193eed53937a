// SPDX-License-Identifier: Apache-2.0
// What sampling costs the sampled thread: the same work with and without, turn by turn, by its CPU time.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <vector>

#include "collector/repetition.h"
#include "collector/sampling/sampler.h"

namespace hpct {
namespace {

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Some 50 ms that touch a little memory, so that samples also cost what they push out of the cache.
double work() {
  static std::vector<double> numbers(4096, 1.0);
  const double before = cpu_seconds();
  for (int round = 0; round < 10'000; ++round)
    for (auto& number : numbers) number = number * 0.999 + 0.001;
  benchmark::DoNotOptimize(numbers.data());
  return cpu_seconds() - before;
}

double median_of(std::vector<double> numbers) {
  std::nth_element(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2),
                   numbers.end());
  return numbers[numbers.size() / 2];
}

void sampled_over_plain(benchmark::State& state) {
  SamplingOptions options{.enabled = true, .rate_hz = static_cast<double>(state.range(0))};
  options.call_graph = state.range(1) != 0 ? CallGraph::dwarf : CallGraph::frame_pointers;
  const auto plan = plan_sampling(options);
  if (!plan) return state.SkipWithError(plan.error().detail.c_str());
  Sampler sampler(*plan, options);
  if (!sampler.attach_to_self()) return state.SkipWithError(sampler.why_not().c_str());
  std::vector<double> plain;
  std::vector<double> sampled;
  for ([[maybe_unused]] auto _ : state) {
    plain.push_back(work());
    sampler.start();
    sampled.push_back(work());
    sampler.stop();
  }
  const auto seen = sampler.take();
  state.counters["ratio"] = median_of(sampled) / median_of(plain);
  state.counters["rate_Hz"] = seen.rate_hz;
  state.counters["us_per_sample"] = static_cast<double>(plan->sample_cost_ns) * 1e-3;
  state.counters["lost"] = static_cast<double>(seen.lost);
  state.counters["reader_share"] = static_cast<double>(seen.reader_cpu_ns) * 1e-9 /
                                   (median_of(sampled) * static_cast<double>(sampled.size()));
}

}  // namespace
}  // namespace hpct

BENCHMARK(hpct::sampled_over_plain)
    ->ArgNames({"Hz", "dwarf"})
    ->Args({100, 0})
    ->Args({1000, 0})
    ->Args({1000, 1})
    ->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
