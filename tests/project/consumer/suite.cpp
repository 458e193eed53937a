// SPDX-License-Identifier: Apache-2.0
// A user's Google Benchmark suite. What it costs is known: each round touches so many fresh pages.
#include <benchmark/benchmark.h>
#include <hpct/benchmark.h>
#include <sys/mman.h>

#include <cstddef>

namespace {

constexpr std::size_t kPage = 4096;

void touch_fresh_pages(std::size_t pages) {
  void* const memory =
      mmap(nullptr, pages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(memory, pages * kPage, MADV_NOHUGEPAGE);
  auto* const bytes = static_cast<volatile char*>(memory);
  for (std::size_t i = 0; i < pages; ++i) bytes[i * kPage] = 1;
  munmap(memory, pages * kPage);
}

/// Before and after the loop it touches far more: that must not be counted.
void faults(benchmark::State& state) {
  touch_fresh_pages(100'000);
  for (auto _ : state) touch_fresh_pages(static_cast<std::size_t>(state.range(0)));
  touch_fresh_pages(100'000);
}
BENCHMARK(faults)->Arg(16)->Arg(64)->Iterations(50);

void old_loop(benchmark::State& state) {
  while (state.KeepRunning()) touch_fresh_pages(32);
}
BENCHMARK(old_loop)->Iterations(50);

void on_two_threads(benchmark::State& state) {
  for (auto _ : state) touch_fresh_pages(16);
}
BENCHMARK(on_two_threads)->Threads(2)->Iterations(50);

void searches_its_rounds(benchmark::State& state) {
  for (auto _ : state) touch_fresh_pages(8);
}
BENCHMARK(searches_its_rounds)->MinTime(0.01);

void breaks(benchmark::State& state) {
  for (auto _ : state) {
    state.SkipWithError("no data");
    break;
  }
}
BENCHMARK(breaks);

}  // namespace

HPCT_BENCHMARK_MAIN();
