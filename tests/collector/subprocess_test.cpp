// SPDX-License-Identifier: Apache-2.0
#include "collector/subprocess.h"

#include <gtest/gtest.h>
#include <sys/time.h>

#include <csignal>

namespace hpct {
namespace {

TEST(Subprocess, returns_what_the_program_printed) { EXPECT_EQ(output_of({"printf", "a\\nb"}), "a\nb"); }

TEST(Subprocess, long_output_arrives_whole) {
  EXPECT_EQ(output_of({"/bin/sh", "-c", "head -c 1000000 /dev/zero"})->size(), 1'000'000U);
}

TEST(Subprocess, no_output_is_an_empty_text) { EXPECT_EQ(output_of({"true"}), ""); }

TEST(Subprocess, a_failing_program_gives_nothing) {
  EXPECT_EQ(output_of({"/bin/sh", "-c", "echo partial; exit 3"}), std::nullopt);
}

TEST(Subprocess, a_killed_program_gives_nothing) {
  EXPECT_EQ(output_of({"/bin/sh", "-c", "kill -KILL $$"}), std::nullopt);
}

TEST(Subprocess, a_program_that_is_not_there_gives_nothing) {
  EXPECT_EQ(output_of({"no-such-program-anywhere"}), std::nullopt);
}

TEST(Subprocess, no_command_gives_nothing) { EXPECT_EQ(output_of({}), std::nullopt); }

TEST(Subprocess, the_programs_errors_are_not_shown) {
  ::testing::internal::CaptureStderr();
  output_of({"/bin/sh", "-c", "echo noise >&2"});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Subprocess, the_program_cannot_eat_our_input) { EXPECT_EQ(output_of({"cat"}), ""); }

TEST(Subprocess, signals_while_waiting_do_no_harm) {
  struct sigaction action {};
  action.sa_handler = [](int) {};  // without SA_RESTART: system calls return EINTR
  struct sigaction before {};
  ::sigaction(SIGALRM, &action, &before);
  const itimerval every_ms{{0, 1000}, {0, 1000}};
  ::setitimer(ITIMER_REAL, &every_ms, nullptr);
  const auto output = output_of({"/bin/sh", "-c", "sleep 0.1; echo done; sleep 0.05"});
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGALRM, &before, nullptr);
  EXPECT_EQ(output, "done\n");
}

}  // namespace
}  // namespace hpct
