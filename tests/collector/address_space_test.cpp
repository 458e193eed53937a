// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "collector/sampling/process_table.h"

namespace hpct {
namespace {

TEST(AddressSpace, finds_the_mapping_around_an_address) {
  AddressSpace space;
  space.map({.begin = 100, .end = 200, .file_offset = 0, .module = 1});
  EXPECT_EQ(space.find(99), nullptr);
  EXPECT_EQ(space.find(100)->module, 1U);
  EXPECT_EQ(space.find(199)->module, 1U);
  EXPECT_EQ(space.find(200), nullptr);
}

TEST(AddressSpace, a_new_mapping_replaces_what_it_covers_and_leaves_the_rest) {
  AddressSpace space;
  space.map({.begin = 100, .end = 200, .file_offset = 1000, .module = 1});
  space.map({.begin = 120, .end = 150, .file_offset = 0, .module = 2});
  EXPECT_EQ(space.find(119)->module, 1U);
  EXPECT_EQ(space.find(120)->module, 2U);
  const auto* rest = space.find(150);
  EXPECT_EQ(rest->module, 1U);
  EXPECT_EQ(rest->file_offset + (150 - rest->begin), 1050U);
}

TEST(AddressSpace, a_mapping_over_several_others_removes_them) {
  AddressSpace space;
  for (std::uint64_t i = 0; i < 5; ++i)
    space.map(
        {.begin = i * 10, .end = i * 10 + 10, .file_offset = 0, .module = static_cast<std::uint32_t>(i)});
  space.map({.begin = 5, .end = 45, .file_offset = 0, .module = 9});
  EXPECT_EQ(space.mappings().size(), 3U);
  EXPECT_EQ(space.find(4)->module, 0U);
  EXPECT_EQ(space.find(20)->module, 9U);
  EXPECT_EQ(space.find(45)->module, 4U);
}

TEST(ProcessTable, knows_our_own_code_and_our_name) {
  StackProfile profile;
  ProcessTable processes(profile);
  processes.adopt(::getpid());
  const auto here = reinterpret_cast<std::uint64_t>(&::getpid);
  const auto* space = processes.space(::getpid());
  ASSERT_NE(space, nullptr);
  ASSERT_NE(space->find(here), nullptr);
  EXPECT_TRUE(profile.modules().at(space->find(here)->module).file);
  EXPECT_NE(processes.name_of(::getpid(), ::getpid()), "[unknown]");
}

}  // namespace
}  // namespace hpct
