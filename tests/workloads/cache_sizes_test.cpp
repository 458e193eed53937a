// SPDX-License-Identifier: Apache-2.0
#include "workloads/cache_sizes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace hpct {
namespace {

/// A folder that stands in for "/".
class CacheSizesOf : public ::testing::Test {
 protected:
  CacheSizesOf()
      : root_(std::filesystem::path(::testing::TempDir()) /
              fmt::format("cache_sizes_{}_{}", ::getpid(),
                          ::testing::UnitTest::GetInstance()->current_test_info()->name())) {}
  ~CacheSizesOf() override { std::filesystem::remove_all(root_); }

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

TEST_F(CacheSizesOf, cache_sizes_come_from_sysfs_without_the_instruction_cache) {
  write_cache(0, "1", "Data", "48K");
  write_cache(1, "1", "Instruction", "32K");
  write_cache(2, "2", "Unified", "2048K");
  write_cache(3, "3", "Unified", "260M");
  const auto facts = read_cache_sizes(root_);
  EXPECT_EQ(facts.l1, 48 * 1024);
  EXPECT_EQ(facts.l2, 2048 * 1024);
  EXPECT_EQ(facts.l3, std::int64_t{260} << 20);
}

TEST_F(CacheSizesOf, a_system_that_says_nothing_gives_nothing) {
  const auto facts = read_cache_sizes(root_);
  EXPECT_FALSE(facts.l1 || facts.l2 || facts.l3);
}

}  // namespace
}  // namespace hpct
