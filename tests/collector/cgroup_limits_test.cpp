// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup_limits.h"

#include <gtest/gtest.h>

#include "tests/collector/fake_root.h"

namespace hpct {
namespace {

TEST(CgroupLimits, without_control_groups_there_are_none) {
  const FakeRoot root;
  EXPECT_EQ(cgroup_limits(root.path()), Limits{});
}

TEST(CgroupLimits, version_2_quota_over_period_is_cores) {
  const FakeRoot root{{"proc/self/cgroup", "0::/job\n"}, {"sys/fs/cgroup/job/cpu.max", "150000 100000\n"}};
  EXPECT_EQ(cgroup_limits(root.path()).cpu_quota, 1.5);
}

TEST(CgroupLimits, version_2_max_is_no_limit) {
  const FakeRoot root{{"proc/self/cgroup", "0::/job\n"},
                      {"sys/fs/cgroup/job/cpu.max", "max 100000\n"},
                      {"sys/fs/cgroup/job/memory.max", "max\n"}};
  EXPECT_EQ(cgroup_limits(root.path()), Limits{});
}

TEST(CgroupLimits, the_tightest_group_on_the_way_up_counts) {
  const FakeRoot root{{"proc/self/cgroup", "0::/slice/job\n"},
                      {"sys/fs/cgroup/slice/job/cpu.max", "400000 100000\n"},
                      {"sys/fs/cgroup/slice/cpu.max", "200000 100000\n"},
                      {"sys/fs/cgroup/slice/job/memory.max", "1000000\n"},
                      {"sys/fs/cgroup/slice/memory.max", "5000000\n"}};
  EXPECT_EQ(cgroup_limits(root.path()), (Limits{.cpu_quota = 2.0, .memory_bytes = 1'000'000}));
}

TEST(CgroupLimits, a_container_sees_its_own_group_as_the_root) {
  const FakeRoot root{{"proc/self/cgroup", "0::/\n"}, {"sys/fs/cgroup/cpu.max", "50000 100000\n"}};
  EXPECT_EQ(cgroup_limits(root.path()).cpu_quota, 0.5);
}

TEST(CgroupLimits, version_1_is_read_too) {
  const FakeRoot root{{"proc/self/cgroup", "4:memory:/job\n2:cpu,cpuacct:/job\n"},
                      {"sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "250000\n"},
                      {"sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n"},
                      {"sys/fs/cgroup/memory/job/memory.limit_in_bytes", "2147483648\n"}};
  EXPECT_EQ(cgroup_limits(root.path()), (Limits{.cpu_quota = 2.5, .memory_bytes = 2147483648}));
}

TEST(CgroupLimits, version_1_minus_one_and_its_huge_number_are_no_limits) {
  const FakeRoot root{{"proc/self/cgroup", "4:memory:/\n2:cpu:/\n"},
                      {"sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
                      {"sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"},
                      {"sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"}};
  EXPECT_EQ(cgroup_limits(root.path()), Limits{});
}

TEST(CgroupLimits, version_2_beside_version_1_is_found_in_unified) {
  const FakeRoot root{{"proc/self/cgroup", "1:name=systemd:/\n0::/job\n"},
                      {"sys/fs/cgroup/unified/job/cpu.max", "100000 100000\n"}};
  EXPECT_EQ(cgroup_limits(root.path()).cpu_quota, 1.0);
}

TEST(CgroupLimits, damaged_files_limit_nothing) {
  const FakeRoot root{{"proc/self/cgroup", "nonsense\n0::/job\n:\n"},
                      {"sys/fs/cgroup/job/cpu.max", "100000 0\n"},
                      {"sys/fs/cgroup/job/memory.max", ""}};
  EXPECT_EQ(cgroup_limits(root.path()), Limits{});
}

}  // namespace
}  // namespace hpct
