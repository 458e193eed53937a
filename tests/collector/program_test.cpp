// SPDX-License-Identifier: Apache-2.0
#include "collector/program.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/collector/scripted_source.h"
#include "tests/collector/scripted_workload.h"
#include "tests/temporary_folder.h"
#include "tests/under_sanitizer.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

CounterSet os_counters() {
  CounterSet set;
  for (const auto* info : all_counter_sources())
    if (info->name == "os") set.sources.push_back(info->open({}).value());
  return set;
}

Expected<MeasuredRun> measure(const std::vector<std::string>& command, int repetitions = 1) {
  auto counters = os_counters();
  RunnerOptions options;
  options.min_repetitions = repetitions;
  RecordingObserver observer;
  return measure_program(command, counters, options, observer);
}

Expected<MeasuredRun> measure_shell(const std::string& script, int repetitions = 1) {
  return measure({"/bin/sh", "-c", script}, repetitions);
}

/// This test program itself, as a child that does one known thing: see main().
Expected<MeasuredRun> measure_deed(const std::string& deed, const std::string& amount) {
  return measure({"/proc/self/exe", deed, amount});
}

double number(const MeasuredRun& run, const char* name) { return run.run.values.at(name).number.value(); }

TEST(Program, that_succeeds_is_a_run_of_role_program) {
  const auto result = measure({"true"}).value();
  EXPECT_EQ(result.run.role, "program");
  EXPECT_EQ(result.run.workload, "true");
  EXPECT_EQ(result.run.exit_status, 0);
  EXPECT_TRUE(result.run.check.ok);
}

TEST(Program, keeps_its_exit_status) {
  const auto result = measure_shell("exit 7").value();
  EXPECT_EQ(result.run.exit_status, 7);
  EXPECT_FALSE(result.run.check.ok);
  EXPECT_EQ(result.run.check.message, "exit status 7");
}

TEST(Program, killed_by_a_signal_ends_with_128_and_its_number) {
  EXPECT_EQ(measure_shell("kill -TERM $$")->run.exit_status, 128 + SIGTERM);
}

TEST(Program, that_fails_is_not_repeated) {
  EXPECT_EQ(measure_shell("exit 1", 5)->run.repetitions.size(), 1U);
}

TEST(Program, is_repeated_as_asked) { EXPECT_EQ(measure({"true"}, 4)->run.repetitions.size(), 4U); }

TEST(Program, runs_once_at_least) { EXPECT_EQ(measure({"true"}, 0)->run.repetitions.size(), 1U); }

TEST(Program, that_is_not_there_is_a_usage_error_with_a_hint) {
  const auto result = measure({"no-such-program-anywhere"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::usage);
  EXPECT_THAT(result.error().message, HasSubstr("no-such-program-anywhere"));
  EXPECT_THAT(result.error().hint, HasSubstr("./program"));
}

TEST(Program, that_may_not_be_executed_is_a_usage_error_with_a_hint) {
  const auto result = measure({"/etc/passwd"});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().hint, HasSubstr("chmod +x"));
}

TEST(Program, an_empty_command_is_a_usage_error) { EXPECT_EQ(measure({}).error().code, ErrorCode::usage); }

TEST(Program, counters_are_stopped_when_it_cannot_start) {
  CounterSet counters;
  auto source = std::make_unique<ScriptedSource>(std::deque<Readings>{reading("x", 1)});
  const auto& watched = *source;
  counters.sources.push_back(std::move(source));
  RecordingObserver observer;
  ASSERT_FALSE(measure_program({"no-such-program-anywhere"}, counters, {}, observer));
  EXPECT_FALSE(watched.counting());
}

TEST(Program, writes_to_the_standard_output_undisturbed) {
  ::testing::internal::CaptureStdout();
  ASSERT_TRUE(measure_shell("printf 'a\\nb'", 2));
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "a\nba\nb");
}

TEST(Program, reads_our_standard_input) {
  const TemporaryFolder folder;
  std::ofstream(folder / "in") << "hello\n";
  const int saved = ::dup(STDIN_FILENO);
  const int file = ::open((folder / "in").c_str(), O_RDONLY);
  ::dup2(file, STDIN_FILENO);
  const auto result = measure_shell("read line; test \"$line\" = hello");
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  ::close(file);
  EXPECT_EQ(result->run.exit_status, 0);
}

TEST(Program, inherits_no_ignored_broken_pipe_signal) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const auto result = measure_shell("kill -PIPE $$");
  std::signal(SIGPIPE, before);
  EXPECT_EQ(result->run.exit_status, 128 + SIGPIPE);
}

TEST(Program, leaves_no_descriptor_open) {
  const auto open_descriptors = [] {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
  };
  ASSERT_TRUE(measure({"true"}));
  const int before = open_descriptors();
  ASSERT_TRUE(measure({"true"}, 5));
  ASSERT_FALSE(measure({"no-such-program-anywhere"}));
  EXPECT_EQ(open_descriptors(), before);
}

TEST(Program, wall_time_covers_a_sleep) {
  const auto result = measure({"sleep", "0.1"}).value();
  EXPECT_GE(number(result, "time.wall"), 0.1);
  EXPECT_LT(number(result, "time.cpu"), 0.05);
}

TEST(Program, cpu_time_is_the_programs) {
  const auto result = measure_deed("spin", "50").value();
  EXPECT_GE(number(result, "time.cpu"), 0.049);
  EXPECT_LT(number(result, "time.cpu"), 0.150);
}

TEST(Program, page_faults_are_the_programs) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers touch pages of their own in the child";
  const auto few = number(measure_deed("touch", "0").value(), "faults.minor");
  const auto many = number(measure_deed("touch", "5000").value(), "faults.minor");
  EXPECT_NEAR(many - few, 5000, 50);
}

TEST(Program, memory_peak_is_the_programs) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers touch pages of their own in the child";
  const auto pages = 40'000;
  const auto result = measure_deed("touch", std::to_string(pages)).value();
  const double bytes = 4096.0 * pages;
  EXPECT_GE(number(result, "memory.peak"), bytes);
  EXPECT_LT(number(result, "memory.peak"), bytes * 1.2);
}

TEST(Program, a_memory_peak_below_our_own_is_missing_and_not_ours) {
  if (kUnderThreadSanitizer)
    GTEST_SKIP() << "the thread sanitizer touches a gigabyte of its own between fork and exec";
  std::vector<char> ballast(std::size_t{64} << 20, 1);
  const auto value = measure({"true"})->run.values.at("memory.peak");
  EXPECT_FALSE(value.known());
  EXPECT_THAT(value.detail, HasSubstr("at most"));
  EXPECT_EQ(ballast.back(), 1);
}

TEST(Program, run_delay_of_a_single_thread_is_known) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers start threads of their own in the child";
  const auto value = measure_deed("spin", "50")->run.values.at("run_delay");
  if (!std::ifstream("/proc/self/schedstat")) GTEST_SKIP() << "this kernel has no schedstat";
  EXPECT_TRUE(value.known()) << value.detail;
}

TEST(Program, run_delay_of_a_program_whose_children_end_too_soon_to_be_seen_is_missing) {
  const auto value =
      measure_shell("i=0; while [ $i -lt 50 ]; do /bin/true; i=$((i+1)); done")->run.values.at("run_delay");
  EXPECT_FALSE(value.known());
}

TEST(Program, the_command_is_kept_as_a_parameter) {
  const auto result = measure({"true", "an argument"}).value();
  EXPECT_EQ(result.run.parameters.at("command"), Scalar{std::string("true an argument")});
}

TEST(Program, declares_no_work) {
  const auto result = measure({"true"}).value();
  EXPECT_EQ(result.run.values.at("work.flops").reason, MissingReason::not_declared);
}

}  // namespace

int do_deed(const std::string& deed, std::size_t amount) {
  if (deed == "spin") {
    const auto cpu_ns = static_cast<std::int64_t>(amount) * 1'000'000;
    while (clock::process_cpu_ns() < cpu_ns) {
    }
  }
  if (deed == "touch") {
    const std::size_t bytes = 4096 * amount + 1;
    auto* const memory = static_cast<char*>(
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ::madvise(memory, bytes, MADV_NOHUGEPAGE);
    for (std::size_t page = 0; page < amount; ++page) memory[4096 * page] = 1;
  }
  return 0;
}

}  // namespace hpct

int main(int count, char** arguments) {
  if (count == 3 && arguments[1][0] != '-') return hpct::do_deed(arguments[1], std::stoul(arguments[2]));
  ::testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
