// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "collector/memory_room.h"

namespace hpct {
namespace {

/// A made-up root of the file system, gone at the end of the test.
class MemoryRoomTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::path(::testing::TempDir()) / fmt::format("{}_{}", test->name(), ::getpid());
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }
  void write_machine() {
    write("proc/meminfo", "MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    600 kB\n");
  }

  std::filesystem::path root_;
};

TEST_F(MemoryRoomTest, comes_from_meminfo_in_bytes) {
  write_machine();
  const auto room = memory_room(root_);
  ASSERT_TRUE(room);
  EXPECT_EQ(room->total, 1000U * 1024);
  EXPECT_EQ(room->available, 600U * 1024);
}

TEST_F(MemoryRoomTest, is_narrowed_by_the_limit_of_an_outer_cgroup_and_file_cache_counts_as_free) {
  write_machine();
  write("proc/self/cgroup", "0::/outer/inner\n");
  write("sys/fs/cgroup/outer/memory.max", "300000\n");
  write("sys/fs/cgroup/outer/memory.current", "250000\n");
  write("sys/fs/cgroup/outer/memory.stat", "anon 150000\ninactive_file 100000\n");
  write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
  write("sys/fs/cgroup/outer/inner/memory.current", "250000\n");
  const auto room = memory_room(root_);
  ASSERT_TRUE(room);
  EXPECT_EQ(room->total, 300000U);
  EXPECT_EQ(room->available, 150000U);
}

TEST_F(MemoryRoomTest, is_zero_for_a_cgroup_above_its_limit) {
  write_machine();
  write("proc/self/cgroup", "0::/\n");
  write("sys/fs/cgroup/memory.max", "1000\n");
  write("sys/fs/cgroup/memory.current", "2000\n");
  EXPECT_EQ(memory_room(root_)->available, 0U);
}

TEST_F(MemoryRoomTest, is_unknown_where_the_system_does_not_tell) { EXPECT_FALSE(memory_room(root_)); }

}  // namespace
}  // namespace hpct
