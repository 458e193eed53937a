// SPDX-License-Identifier: Apache-2.0
#include "reports/exit_status.h"

#include <gtest/gtest.h>

namespace hpct {
namespace {

TEST(ExitStatus, a_crash_is_called_by_its_signal) {
  EXPECT_EQ(describe_exit(139), "killed by SIGSEGV (exit status 139)");
}

TEST(ExitStatus, an_ordinary_failure_is_a_number) {
  EXPECT_EQ(describe_exit(7), "exit status 7");
  EXPECT_EQ(describe_exit(255), "exit status 255");
}

}  // namespace
}  // namespace hpct
