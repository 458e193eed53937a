// SPDX-License-Identifier: Apache-2.0
// The cost of a region against the floor: two raw timestamps, which it cannot do without.
#include <benchmark/benchmark.h>
#include <hpct/region.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "collector/clock.h"
#include "collector/recorder.h"

namespace hpct {
namespace {

/// Fits a thread's buffer, so that writing is measured and not dropping, and takes half a millisecond.
constexpr int kPairs = 20'000;

void timestamp_pairs() {
  for (int i = 0; i < kPairs; ++i) {
    benchmark::DoNotOptimize(clock::now());
    benchmark::DoNotOptimize(clock::now());
  }
}

void regions() {
  for (int i = 0; i < kPairs; ++i) {
    HPCT_REGION("measured");
  }
}

void nested_regions() {
  for (int i = 0; i < kPairs / 2; ++i) {
    HPCT_REGION("outer");
    { HPCT_REGION("inner"); }
  }
}

/// CPU time of the calling thread: whoever else uses the core is not in it.
std::int64_t thread_cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// Nanoseconds per pair of the slowest of `threads` threads that all begin together. The first call on each
/// thread registers it, which is not what is measured here.
double ns_per_pair(void (*work)(), int threads) {
  std::vector<double> ns(static_cast<std::size_t>(threads));
  std::atomic<int> ready{0};
  const auto member = [&](std::size_t index) {
    { HPCT_REGION("registration"); }
    ++ready;
    while (ready < threads) {
    }
    const auto begin = thread_cpu_ns();
    work();
    ns[index] = static_cast<double>(thread_cpu_ns() - begin) / kPairs;
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(member, static_cast<std::size_t>(i));
  member(0);
  for (auto& other : others) other.join();
  recorder::take();
  return *std::max_element(ns.begin(), ns.end());
}

double median(std::vector<double> numbers) {
  std::nth_element(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2),
                   numbers.end());
  return numbers[numbers.size() / 2];
}

/// Measures `work` and the floor in turn, so that a clock that moves hits both, and reports their ratio.
void compare_with_floor(benchmark::State& state, void (*work)(), bool record) {
  const auto threads = static_cast<int>(state.range(0));
  std::vector<double> floors;
  std::vector<double> pairs;
  record ? recorder::start() : recorder::stop();
  for ([[maybe_unused]] auto _ : state) {
    floors.push_back(ns_per_pair(timestamp_pairs, threads));
    pairs.push_back(ns_per_pair(work, threads));
    state.SetIterationTime(pairs.back() * kPairs * 1e-9);
  }
  recorder::stop();
  recorder::take();
  state.counters["ns_per_pair"] = median(pairs);
  state.counters["floor_ns"] = median(floors);
  state.counters["ratio"] = median(pairs) / median(floors);
}

void region_pair(benchmark::State& state) { compare_with_floor(state, regions, true); }
void nested_region_pair(benchmark::State& state) { compare_with_floor(state, nested_regions, true); }
void inactive_region_pair(benchmark::State& state) { compare_with_floor(state, regions, false); }

BENCHMARK(region_pair)->Arg(1)->Arg(2)->ArgName("threads")->UseManualTime()->Iterations(300);
BENCHMARK(nested_region_pair)->Arg(1)->Arg(2)->ArgName("threads")->UseManualTime()->Iterations(300);
BENCHMARK(inactive_region_pair)->Arg(1)->Arg(2)->ArgName("threads")->UseManualTime()->Iterations(300);

}  // namespace
}  // namespace hpct

int main(int count, char** arguments) {
  hpct::clock::calibrate();
  benchmark::Initialize(&count, arguments);
  benchmark::AddCustomContext("clock", hpct::clock::description());
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
