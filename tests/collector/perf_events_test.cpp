// SPDX-License-Identifier: Apache-2.0
#include "collector/perf_events.h"

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "collector/child_process.h"
#include "collector/kernel_pmu.h"
#include "tests/under_sanitizer.h"

// Page faults stand for the hardware's events: the kernel opens, inherits and reads them the same way, and
// the number is known.
namespace hpct {
namespace {

constexpr std::size_t kPages = 300;

const std::vector<NativeEvent> kFaults{{.name = "perf::PAGE-FAULTS", .raw = {}}};
const std::vector<NativeEvent> kFaultsTwice{{.name = "perf::PAGE-FAULTS", .raw = {}},
                                            {.name = "perf::PAGE-FAULTS", .raw = {}}};

void touch_pages(std::size_t pages = kPages) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  auto* memory = static_cast<char*>(
      ::mmap(nullptr, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ::madvise(memory, pages * page, MADV_NOHUGEPAGE);
  for (std::size_t i = 0; i < pages; ++i) memory[i * page] = 1;
  ::munmap(memory, pages * page);
}

class PerfEventsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!PerfEvents().open(kFaults, Sharing::together))
      GTEST_SKIP() << "this kernel opens no perf events for us";
  }

  template <class Work>
  static std::vector<EventCount> count(EventGroup& group, Work work) {
    group.start();
    work();
    group.stop();
    return group.read().value();
  }
};

TEST_F(PerfEventsTest, counts_between_start_and_stop) {
  if (kUnderThreadSanitizer) GTEST_SKIP() << "the thread sanitizer touches pages of its own for each of ours";
  const auto group = PerfEvents().open(kFaults, Sharing::together).value();
  touch_pages();
  const auto counts = count(*group, [] { touch_pages(); });
  touch_pages();
  EXPECT_NEAR(static_cast<double>(group->read().value()[0].count), kPages, 20);
  EXPECT_EQ(counts[0].running_ns, counts[0].enabled_ns);
  EXPECT_GT(counts[0].enabled_ns, 0U);
}

TEST_F(PerfEventsTest, a_second_repetition_does_not_count_the_first_again) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers touch pages of their own for each of ours";
  const auto group = PerfEvents().open(kFaults, Sharing::together).value();
  const auto work = [] { std::thread([] { touch_pages(); }).join(); };
  count(*group, work);
  EXPECT_NEAR(static_cast<double>(count(*group, work)[0].count), kPages, 60);
}

TEST_F(PerfEventsTest, a_thread_made_after_opening_counts) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers touch pages of their own for each of ours";
  const auto group = PerfEvents().open(kFaults, Sharing::together).value();
  const auto counts = count(*group, [] {
    std::thread first([] { touch_pages(); });
    std::thread second([] { touch_pages(); });
    first.join();
    second.join();
  });
  EXPECT_NEAR(static_cast<double>(counts[0].count), 2 * kPages, 90);
}

TEST_F(PerfEventsTest, the_events_of_a_group_count_the_same) {
  for (const auto sharing : {Sharing::together, Sharing::in_turns}) {
    const auto group = PerfEvents().open(kFaultsTwice, sharing).value();
    const auto counts = count(*group, [] { touch_pages(); });
    ASSERT_EQ(counts.size(), 2U);
    EXPECT_EQ(counts[0].count, counts[1].count);
  }
}

TEST_F(PerfEventsTest, a_program_is_counted_from_its_exec_on_with_all_it_starts) {
  std::unique_ptr<EventGroup> group;
  const auto child = start_child({"sh", "-c", "/bin/true; /bin/true; exit 3"}, {}, [&](pid_t started) {
    group = PerfEvents(started).open(kFaults, Sharing::together).value();
    touch_pages(5000);  // ours: not the child's business
  });
  ASSERT_TRUE(child);
  int status = 0;
  ::waitpid(*child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 3);
  const auto counts = group->read().value();
  EXPECT_GT(counts[0].count, 100);  // three programs of some 50 faults and more
  EXPECT_LT(counts[0].count, 5000);
}

TEST_F(PerfEventsTest, closing_leaves_no_descriptor) {
  const int before = ::dup(0);
  ::close(before);
  { const auto group = PerfEvents().open(kFaultsTwice, Sharing::together).value(); }
  const int after = ::dup(0);
  ::close(after);
  EXPECT_EQ(before, after);
}

TEST(PerfEvents, a_name_of_another_library_is_unknown) {
  const auto group = PerfEvents().open({{.name = "PAPI_TOT_INS", .raw = {}}}, Sharing::together);
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().reason, MissingReason::event_unknown);
}

TEST(PerfEvents, without_a_pmu_a_hardware_event_is_refused_for_that_reason) {
  if (kernel_has_cpu_pmu()) GTEST_SKIP() << "this machine has a PMU";
  for (const auto& event : {NativeEvent{.name = "perf::INSTRUCTIONS", .raw = {}},
                            NativeEvent{.name = "INST_RETIRED", .raw = "0xc0"}}) {
    const auto group = PerfEvents().open({event}, Sharing::together);
    ASSERT_FALSE(group);
    EXPECT_THAT(group.error().reason, ::testing::AnyOf(MissingReason::no_pmu, MissingReason::permission));
  }
}

}  // namespace
}  // namespace hpct
