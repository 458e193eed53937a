// SPDX-License-Identifier: Apache-2.0
// The cost of a region against the floor: two raw timestamps, which it cannot do without.
#include <benchmark/benchmark.h>
#include <hpct/region.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "collector/clock.h"
#include "collector/recorder.h"
#include "collector/region_summary.h"
#include "reports/timeline_io.h"

namespace hpct {
namespace {

/// Fits the memory that start() makes ready, so that writing is measured, and takes half a millisecond.
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

void regions_with_payload() {
  for (int i = 0; i < kPairs; ++i) {
    HPCT_REGION_AS(measured, "with payload");
    measured.work(static_cast<std::uint64_t>(i));
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

/// Runs `member(0)`, `member(1)`, ... on as many threads, which begin together.
template <class Member>
void on_threads(int threads, Member member) {
  std::atomic<int> ready{0};
  const auto begin = [&](int index) {
    { HPCT_REGION("registration"); }  // a thread's first region makes its buffer; that is measured by itself
    ++ready;
    while (ready < threads) {
    }
    member(index);
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(begin, i);
  begin(0);
  for (auto& other : others) other.join();
}

/// Nanoseconds per pair of the slowest of `threads` threads.
double ns_per_pair(void (*work)(), int threads) {
  std::vector<double> ns(static_cast<std::size_t>(threads));
  on_threads(threads, [&](int index) {
    const auto begin = thread_cpu_ns();
    work();
    ns[static_cast<std::size_t>(index)] = static_cast<double>(thread_cpu_ns() - begin) / kPairs;
  });
  recorder::take();
  return *std::max_element(ns.begin(), ns.end());
}

double median(std::vector<double> numbers) {
  std::nth_element(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2),
                   numbers.end());
  return numbers[numbers.size() / 2];
}

struct Mode {
  bool record = true;
  bool fenced = false;
  std::size_t capacity = std::size_t{1} << 18;
};

void start(const Mode& mode) {
  recorder::set_fenced(mode.fenced);
  recorder::set_capacity(mode.capacity);
  mode.record ? recorder::start() : recorder::stop();
}

void end() {
  recorder::stop();
  recorder::take();
  recorder::set_fenced(false);
  recorder::set_capacity(std::size_t{1} << 18);
}

/// Measures `work` and the floor in turn, so that a clock that moves hits both, and reports their ratio.
void compare_with_floor(benchmark::State& state, void (*work)(), const Mode& mode) {
  const auto threads = static_cast<int>(state.range(0));
  std::vector<double> floors;
  std::vector<double> pairs;
  start(mode);
  for ([[maybe_unused]] auto _ : state) {
    floors.push_back(ns_per_pair(timestamp_pairs, threads));
    pairs.push_back(ns_per_pair(work, threads));
    state.SetIterationTime(pairs.back() * kPairs * 1e-9);
  }
  end();
  state.counters["ns_per_pair"] = median(pairs);
  state.counters["floor_ns"] = median(floors);
  state.counters["ratio"] = median(pairs) / median(floors);
}

void region(benchmark::State& state) { compare_with_floor(state, regions, {}); }
void region_with_payload(benchmark::State& state) { compare_with_floor(state, regions_with_payload, {}); }
void nested(benchmark::State& state) { compare_with_floor(state, nested_regions, {}); }
void full_buffer(benchmark::State& state) { compare_with_floor(state, regions, {.capacity = 1}); }
void full_buffer_nested(benchmark::State& state) {
  compare_with_floor(state, nested_regions, {.capacity = 1});
}
void fenced(benchmark::State& state) { compare_with_floor(state, regions, {.fenced = true}); }
void idle(benchmark::State& state) { compare_with_floor(state, regions, {.record = false}); }

/// What a new thread pays once.
void first_region_of_a_thread(benchmark::State& state) {
  std::vector<double> ns;
  start({});
  for ([[maybe_unused]] auto _ : state) {
    std::thread([&] {
      const auto begin = clock::monotonic_ns();
      { HPCT_REGION("first"); }
      ns.push_back(static_cast<double>(clock::monotonic_ns() - begin));
    }).join();
    recorder::take();
    state.SetIterationTime(ns.back() * 1e-9);
  }
  end();
  state.counters["ns"] = median(ns);
}

/// Ten million regions of two nesting depths, of which none may be lost, and their size in memory and on
/// disk.
void ten_million_regions(benchmark::State& state) {
  constexpr int kEvents = 10'000'000;
  constexpr int kRoom = kEvents + 100'000;
  const auto threads = static_cast<int>(state.range(0));
  const auto file =
      std::filesystem::temp_directory_path() / ("hpct-bench-" + std::to_string(::getpid()) + ".json.zst");
  for ([[maybe_unused]] auto _ : state) {
    start({.capacity = kRoom});
    const auto origin = clock::now();
    on_threads(threads, [&](int) {
      for (int i = 0; i < kEvents / kPairs / threads; ++i) nested_regions();
    });
    recorder::stop();
    const auto seconds = static_cast<double>(clock::now() - origin) * clock::ns_per_tick() * 1e-9;
    const auto timeline = timeline_of(recorder::take(), origin);
    if (!write_timelines({timeline}, file)) state.SkipWithError("cannot write");
    state.SetIterationTime(seconds);
    const auto events = static_cast<double>(timeline.events());
    state.counters["dropped"] = static_cast<double>(timeline.dropped);
    state.counters["events"] = events;
    state.counters["memory_B_per_event"] = sizeof(RegionRecord);
    state.counters["disk_B_per_event"] = static_cast<double>(std::filesystem::file_size(file)) / events;
  }
  std::filesystem::remove(file);
  end();
}

template <class Register>
void like_a_pair(Register* bench) {
  bench->Arg(1)->Arg(2)->ArgName("threads")->UseManualTime()->Iterations(300);
}

BENCHMARK(region)->Apply(like_a_pair);
BENCHMARK(region_with_payload)->Apply(like_a_pair);
BENCHMARK(nested)->Apply(like_a_pair);
BENCHMARK(full_buffer)->Apply(like_a_pair);
BENCHMARK(full_buffer_nested)->Apply(like_a_pair);
BENCHMARK(fenced)->Apply(like_a_pair);
BENCHMARK(idle)->Apply(like_a_pair);
BENCHMARK(first_region_of_a_thread)->UseManualTime()->Iterations(300);
BENCHMARK(ten_million_regions)->Arg(2)->ArgName("threads")->UseManualTime()->Iterations(1);

}  // namespace
}  // namespace hpct

int main(int count, char** arguments) {
  hpct::clock::calibrate();
  benchmark::Initialize(&count, arguments);
  benchmark::AddCustomContext("clock", hpct::clock::description());
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
