// SPDX-License-Identifier: Apache-2.0
// Whole programs under sampling: this test program itself, as a child that does one known thing.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstddef>
#include <thread>

#include "collector/clock.h"
#include "collector/program.h"
#include "collector/sampling/perf_event.h"
#include "tests/collector/scripted_workload.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

RunnerOptions sampled_with(CallGraph call_graph = CallGraph::frame_pointers) {
  RunnerOptions options;
  options.min_repetitions = 1;
  options.sampling = {.enabled = true, .rate_hz = 1000, .call_graph = call_graph};
  return options;
}

MeasuredRun sampled(const std::string& deed, const std::string& amount,
                    const RunnerOptions& options = sampled_with()) {
  CounterSet counters;
  RecordingObserver observer;
  return measure_program({"/proc/self/exe", deed, amount}, counters, options, observer).value();
}

const HotFunction& function(const MeasuredRun& run, const std::string& name) {
  static const HotFunction none;
  for (const auto& hot : run.run.profile->functions)
    if (hot.name.starts_with(name)) return hot;
  return none;
}

class Sampling : public ::testing::Test {
  void SetUp() override {
    const auto event = choose_sampling_event({.enabled = true});
    if (!event) GTEST_SKIP() << event.error().detail;
  }
};

TEST_F(Sampling, finds_two_functions_in_the_ratio_of_their_work) {
  const auto run = sampled("split", "400");
  const auto heavy = static_cast<double>(function(run, "hpct::heavy").self);
  const auto light = static_cast<double>(function(run, "hpct::light").self);
  const double n = heavy + light;
  ASSERT_GT(n, 100);
  // Five standard deviations of a binomial share of 3/4.
  EXPECT_NEAR(heavy / n, 0.75, 5 * std::sqrt(0.75 * 0.25 / n));
}

TEST_F(Sampling, takes_as_many_samples_as_there_is_cpu_time) {
  const auto run = sampled("split", "400");
  const double expected = 0.4 * run.run.profile->rate.number.value();
  EXPECT_NEAR(static_cast<double>(run.run.profile->samples), expected, expected * 0.25);
}

TEST_F(Sampling, knows_the_source_line_and_the_callers) {
  const auto run = sampled("split", "100");
  EXPECT_THAT(function(run, "hpct::heavy").file, HasSubstr("sampling_test.cpp"));
  EXPECT_GT(function(run, "hpct::heavy").line, 0);
  EXPECT_THAT(run.stacks, HasSubstr(";main;hpct::do_deed"));
  EXPECT_GE(function(run, "main").total, function(run, "hpct::heavy").self);
}

TEST_F(Sampling, finds_callers_by_unwind_tables_too) {
  const auto run = sampled("split", "100", sampled_with(CallGraph::dwarf));
  EXPECT_EQ(run.run.profile->call_graph, "dwarf");
  EXPECT_THAT(run.stacks, HasSubstr("main;hpct::do_deed"));
  EXPECT_GT(run.run.profile->complete_stacks, run.run.profile->samples / 2);
}

TEST_F(Sampling, follows_threads_and_knows_their_exact_time) {
  const auto run = sampled("threads", "50");
  int workers = 0;
  for (const auto& thread : run.run.thread_usage) {
    if (thread.name != "worker" || !thread.exact) continue;
    EXPECT_GE(thread.cpu_ns, 48'000'000);
    ++workers;
  }
  EXPECT_EQ(workers, 3);
  EXPECT_THAT(run.stacks, HasSubstr("worker;"));
}

TEST_F(Sampling, follows_child_processes) {
  const auto run = sampled("forks", "50");
  int children = 0;
  for (const auto& thread : run.run.thread_usage)
    if (thread.exact && thread.cpu_ns >= 48'000'000) ++children;
  EXPECT_GE(children, 3);
  EXPECT_GT(function(run, "hpct::heavy").self, 50);
}

TEST_F(Sampling, of_a_program_that_ends_at_once_is_empty_and_valid) {
  CounterSet counters;
  RecordingObserver observer;
  const auto run = measure_program({"true"}, counters, sampled_with(), observer).value();
  ASSERT_TRUE(run.run.profile);
  EXPECT_TRUE(run.run.profile->rate.known());
  EXPECT_LT(run.run.profile->samples, 50);
}

TEST_F(Sampling, of_a_killed_program_keeps_what_was_seen) {
  const auto run = sampled("killed", "100");
  EXPECT_EQ(run.run.exit_status, 128 + SIGKILL);
  EXPECT_GT(function(run, "hpct::heavy").self, 10);
}

TEST_F(Sampling, sums_over_repetitions) {
  auto options = sampled_with();
  options.min_repetitions = 3;
  const auto run = sampled("split", "100", options);
  EXPECT_NEAR(static_cast<double>(run.run.profile->samples), 300, 100);
}

TEST_F(Sampling, the_cost_is_measured_and_below_a_tenth) {
  const auto cost = sampled("split", "200").run.profile->cost_share;
  ASSERT_TRUE(cost.known()) << cost.detail;
  EXPECT_GT(*cost.number, 0);
  EXPECT_LT(*cost.number, 0.1);
}

TEST_F(Sampling, lists_functions_and_the_rest_that_add_up_to_all_samples) {
  const auto run = sampled("split", "100");
  auto sum = run.run.profile->other_self;
  for (const auto& hot : run.run.profile->functions) sum += hot.self;
  EXPECT_EQ(sum, run.run.profile->samples);
}

TEST(SamplingRefused, leaves_the_run_and_says_why) {
  auto options = sampled_with();
  options.sampling.enabled = false;
  const auto run = sampled("sandboxed", "0", options);
  if (run.run.exit_status == 77) GTEST_SKIP() << "no seccomp filters here";
  EXPECT_EQ(run.run.exit_status, 0);
}

TEST(SamplingUnwanted, leaves_no_profile) {
  auto options = sampled_with();
  options.sampling.enabled = false;
  EXPECT_FALSE(sampled("nothing", "0", options).run.profile);
}

}  // namespace

thread_local volatile double sink;

// Two functions that differ in nothing but how much they do. Of a sanitizer's own functions, which would get
// the samples, they call none.
[[gnu::noinline, gnu::noclone, gnu::no_sanitize("address", "thread", "undefined")]] void heavy(int rounds) {
  for (int i = 0; i < rounds; ++i) sink = sink * 0.5 + 1;
}
[[gnu::noinline, gnu::noclone, gnu::no_sanitize("address", "thread", "undefined")]] void light(int rounds) {
  for (int i = 0; i < rounds; ++i) sink = sink * 0.5 + 2;
}

std::int64_t own_cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void work_for(std::size_t milliseconds) {
  const auto end = own_cpu_ns() + static_cast<std::int64_t>(milliseconds) * 1'000'000;
  while (own_cpu_ns() < end) {
    heavy(30'000);
    light(10'000);
  }
}

void work_in_threads(std::size_t milliseconds) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([=] {
      ::prctl(PR_SET_NAME, "worker");
      work_for(milliseconds);
    });
  for (auto& thread : threads) thread.join();
}

void work_in_children(std::size_t milliseconds) {
  for (int i = 0; i < 3; ++i)
    if (::fork() == 0) {
      work_for(milliseconds);
      ::_exit(0);
    }
  while (::wait(nullptr) > 0) {
  }
}

/// Where perf_event_open does not exist, sampling is missing for that reason and everything else is there.
int measure_in_sandbox() {
  sock_filter refuse[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program{.len = 4, .filter = refuse};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return 77;
  const auto run = sampled("split", "10");
  const auto& rate = run.run.profile->rate;
  return run.run.exit_status == 0 && !rate.known() && rate.detail.find("sandbox") != std::string::npos ? 0
                                                                                                       : 1;
}

[[gnu::noinline, gnu::noclone]] int do_deed(const std::string& deed, std::size_t amount) {
  if (deed == "split" || deed == "killed") work_for(amount);
  if (deed == "threads") work_in_threads(amount);
  if (deed == "forks") work_in_children(amount);
  if (deed == "killed") ::raise(SIGKILL);
  if (deed == "sandboxed") return measure_in_sandbox();
  return 0;
}

}  // namespace hpct

int main(int count, char** arguments) {
  if (count == 3 && arguments[1][0] != '-') return hpct::do_deed(arguments[1], std::stoul(arguments[2]));
  ::testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
