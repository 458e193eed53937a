// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <fstream>
#include <map>
#include <thread>

#include "collector/clock.h"
#include "collector/counter_source.h"
#include "tests/under_sanitizer.h"

namespace hpct {
namespace {

const CounterSourceInfo& os_source() {
  for (const auto* info : all_counter_sources())
    if (info->name == "os") return *info;
  throw std::logic_error("no os source");
}

/// A fresh mapping of small pages, each written once.
class FreshPages {
 public:
  explicit FreshPages(std::size_t count)
      : bytes_(count * 4096),
        memory_(::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    ::madvise(memory_, bytes_, MADV_NOHUGEPAGE);
    for (std::size_t at = 0; at < bytes_; at += 4096) static_cast<char*>(memory_)[at] = 1;
  }
  ~FreshPages() { ::munmap(memory_, bytes_); }
  FreshPages(const FreshPages&) = delete;
  FreshPages& operator=(const FreshPages&) = delete;

 private:
  std::size_t bytes_;
  void* memory_;
};

template <class Work>
std::map<std::string, Value> count(CounterSource& source, Work work) {
  source.start();
  work();
  source.stop();
  std::map<std::string, Value> values;
  for (auto& [name, value] : source.read()) values[name] = value;
  return values;
}

template <class Work>
std::map<std::string, Value> count(Work work) {
  const auto source = os_source().open({}).value();
  return count(*source, work);
}

TEST(OsSource, is_always_usable) { EXPECT_TRUE(os_source().probe().usable); }

TEST(OsSource, reads_exactly_the_counters_it_lists) {
  const auto values = count([] {});
  const auto listed = os_source().counters();
  EXPECT_EQ(values.size(), listed.size());
  for (const auto& counter : listed) {
    ASSERT_TRUE(values.contains(counter.name)) << counter.name;
    EXPECT_EQ(values.at(counter.name).unit, counter.unit) << counter.name;
  }
}

TEST(OsSource, counts_a_fault_per_fresh_page) {
  if (kUnderThreadSanitizer) GTEST_SKIP() << "the thread sanitizer touches pages of its own for each of ours";
  constexpr double kPages = 3000;
  const auto faults = *count([] { FreshPages pages(3000); }).at("faults.minor").number;
  EXPECT_GE(faults, kPages);
  EXPECT_LT(faults, 2 * kPages + 100);
}

TEST(OsSource, its_own_look_around_is_not_counted) {
  const auto source = os_source().open({}).value();
  count(*source, [] {});  // the first time binds symbols
  EXPECT_LE(*count(*source, [] {}).at("faults.minor").number, 2);
}

TEST(OsSource, counts_the_faults_of_other_threads) {
  const auto faults =
      *count([] { std::thread([] { FreshPages pages(2000); }).join(); }).at("faults.minor").number;
  EXPECT_GE(faults, 2000);
}

TEST(OsSource, a_sleep_is_a_voluntary_switch) {
  const auto values = count([] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
  EXPECT_GE(*values.at("switches.voluntary").number, 1);
}

TEST(OsSource, the_memory_peak_holds_what_was_touched) {
  const auto peak = *count([] { FreshPages pages(20'000); }).at("memory.peak").number;
  EXPECT_GE(peak, 20'000 * 4096.0);
}

TEST(OsSource, the_memory_peak_forgets_an_earlier_repetition) {
  const auto source = os_source().open({}).value();
  const auto large = count(*source, [] { FreshPages pages(40'000); }).at("memory.peak");
  const auto small = count(*source, [] {}).at("memory.peak");
  if (small.detail != "of the repetition") GTEST_SKIP() << "this kernel cannot reset the peak";
  EXPECT_LT(*small.number, *large.number - 30'000 * 4096.0);
}

TEST(OsSource, the_run_delay_of_living_threads_is_known) {
  if (!std::ifstream("/proc/self/schedstat")) GTEST_SKIP() << "this kernel has no schedstat";
  const auto value = count([] {
                       const auto begin = clock::monotonic_ns();
                       while (clock::monotonic_ns() - begin < 30'000'000) {
                       }
                     }).at("run_delay");
  ASSERT_TRUE(value.known()) << value.detail;
  EXPECT_GE(*value.number, 0);
  EXPECT_EQ(value.provenance, Provenance::counted);
}

TEST(OsSource, the_run_delay_is_missing_when_the_threads_that_worked_have_ended) {
  const auto value = count([] {
                       std::thread([] {
                         const auto begin = clock::process_cpu_ns();
                         while (clock::process_cpu_ns() - begin < 30'000'000) {
                         }
                       }).join();
                     }).at("run_delay");
  EXPECT_FALSE(value.known());
}

}  // namespace
}  // namespace hpct
