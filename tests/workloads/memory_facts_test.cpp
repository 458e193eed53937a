// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory_facts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace hpct {
namespace {

/// A folder that stands in for "/".
class MemoryFactsOf : public ::testing::Test {
 protected:
  MemoryFactsOf()
      : root_(std::filesystem::path(::testing::TempDir()) /
              fmt::format("memory_facts_{}_{}", ::getpid(),
                          ::testing::UnitTest::GetInstance()->current_test_info()->name())) {}
  ~MemoryFactsOf() override { std::filesystem::remove_all(root_); }

  void write(const std::string& file, const std::string& text) {
    std::filesystem::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text << '\n';
  }

  void write_cache(int index, const std::string& level, const std::string& type, const std::string& size) {
    const auto folder = fmt::format("sys/devices/system/cpu/cpu0/cache/index{}/", index);
    write(folder + "level", level);
    write(folder + "type", type);
    write(folder + "size", size);
  }

  std::filesystem::path root_;
};

TEST_F(MemoryFactsOf, cache_sizes_come_from_sysfs_without_the_instruction_cache) {
  write_cache(0, "1", "Data", "48K");
  write_cache(1, "1", "Instruction", "32K");
  write_cache(2, "2", "Unified", "2048K");
  write_cache(3, "3", "Unified", "260M");
  const auto facts = read_memory_facts(root_);
  EXPECT_EQ(facts.l1, 48 * 1024);
  EXPECT_EQ(facts.l2, 2048 * 1024);
  EXPECT_EQ(facts.l3, std::int64_t{260} << 20);
}

TEST_F(MemoryFactsOf, available_memory_comes_from_the_kernel) {
  write("proc/meminfo", "MemTotal:  4000 kB\nMemFree:   1000 kB\nMemAvailable:   3000 kB");
  EXPECT_EQ(read_memory_facts(root_).available, 3000 * 1024);
}

TEST_F(MemoryFactsOf, a_smaller_limit_of_the_container_wins) {
  write("proc/meminfo", "MemAvailable:   3000 kB");
  write("sys/fs/cgroup/memory.max", "1048576");
  write("sys/fs/cgroup/memory.current", "48576");
  EXPECT_EQ(read_memory_facts(root_).available, 1000000);
}

TEST_F(MemoryFactsOf, no_limit_of_the_container_is_no_limit) {
  write("proc/meminfo", "MemAvailable:   3000 kB");
  write("sys/fs/cgroup/memory.max", "max");
  EXPECT_EQ(read_memory_facts(root_).available, 3000 * 1024);
}

TEST_F(MemoryFactsOf, a_system_that_says_nothing_gives_nothing) {
  const auto facts = read_memory_facts(root_);
  EXPECT_FALSE(facts.l1 || facts.l2 || facts.l3 || facts.available);
}

}  // namespace
}  // namespace hpct
