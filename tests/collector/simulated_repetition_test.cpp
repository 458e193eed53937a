// SPDX-License-Identifier: Apache-2.0
#include "collector/simulated_repetition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hpct/region.h>

#include "collector/simulator.h"
#include "reports/file_io.h"
#include "tests/collector/scripted_workload.h"
#include "tests/temporary_folder.h"
#include "tests/under_sanitizer.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

constexpr const char* kAnswer =
    "instrumentation: on\ncurrent-tid: 1\nevents-1: 7\nframes-1: 0\n"
    "threads: 1 2\ncurrent-tid: 2\nevents-1: 5007084\nframes-1: 7\nevents-1-1: 913\nevents-2: 5000116\n";

TEST(SimulatedRepetition, reads_the_last_answer_for_the_thread_that_asked) {
  EXPECT_EQ(count_in_answer(kAnswer), 5000116U);
}

TEST(SimulatedRepetition, an_answer_that_names_no_count_is_none) {
  EXPECT_FALSE(count_in_answer("instrumentation: off\n"));
  EXPECT_FALSE(count_in_answer("current-tid: 2\nevents-1: 5\n"));
  EXPECT_FALSE(count_in_answer(""));
}

TEST(SimulatedRepetition, a_process_on_the_real_cpu_knows_it) {
  if (std::getenv("HPCT_TEST_LOG") != nullptr) GTEST_SKIP() << "this process is simulated";
  EXPECT_FALSE(on_simulated_cpu());
}

/// Five instructions per round on x86-64 and arm64.
[[gnu::noinline]] void five_each(long rounds) {
#if defined(__x86_64__)
  asm volatile("1: nop\n nop\n nop\n dec %0\n jnz 1b\n" : "+r"(rounds)::"cc");
#elif defined(__aarch64__)
  asm volatile("1: nop\n nop\n nop\n subs %0, %0, #1\n b.ne 1b\n" : "+r"(rounds)::"cc");
#endif
}

/// "all" with 300 calls of "part", of 1000 rounds each, and 20,000 rounds outside the regions.
Expected<void> known_work(const Variant&) {
  {
    HPCT_REGION("all");
    for (int i = 0; i < 300; ++i) {
      HPCT_REGION("part");
      five_each(1000);
    }
  }
  five_each(20'000);
  return {};
}

/// Runs only in the process that the next test starts.
TEST(SimulatedRepetition, in_the_simulated_process) {
  const char* const log = std::getenv("HPCT_TEST_LOG");
  if (log == nullptr) GTEST_SKIP() << "not simulated";
  ASSERT_TRUE(on_simulated_cpu());
  ScriptedWorkload workload;
  workload.on_run = known_work;
  const auto counts = count_instructions(workload, variants_named({"v"}).front(), log);
  ASSERT_TRUE(counts.has_value()) << counts.error().message;
  // What is not the loops: calls, the loop over i, the regions' own objects, the scripted workload's notes;
  // the recording is taken off.
  EXPECT_GE(counts->regions.at("all/part"), 300 * 5000);
  EXPECT_LE(counts->regions.at("all/part"), 300 * 5010);
  EXPECT_GE(counts->regions.at("all"), counts->regions.at("all/part"));
  EXPECT_LE(counts->regions.at("all"), counts->regions.at("all/part") + 300 * 20);
  EXPECT_GE(counts->total, counts->regions.at("all") + 100'000);
  EXPECT_LE(counts->total, counts->regions.at("all") + 100'000 + 1000);
}

TEST(SimulatedRepetition, counts_loops_of_known_length_in_regions_and_outside) {
  if (kUnderSanitizer) GTEST_SKIP() << "a program with a sanitizer does not run on the simulated CPU";
  const auto simulator = find_simulator();
  if (!simulator) GTEST_SKIP() << simulator.error().message;
  const TemporaryFolder folder;
  const auto log = (folder / "log").string();
  const auto environment = pin_environment(*simulator, {"HPCT_TEST_LOG=" + log});
  const auto ended = execute_simulated(
      *simulator, environment,
      {.command = {std::filesystem::read_symlink("/proc/self/exe").string(),
                   "--gtest_filter=*.in_the_simulated_process",
                   "--gtest_output=xml:" + (folder / "result").string()},
       .folder = folder.path(),
       .options = {"--instr-atstart=no", "--callgrind-out-file=/dev/null", "--log-file=" + log}});
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->status, 0) << read_file(folder / "result").value_or("no result");
  EXPECT_THAT(read_file(folder / "result").value_or(""), HasSubstr("tests=\"1\" failures=\"0\""));
}

}  // namespace
}  // namespace hpct
