// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/stack_profile.h"

#include <gtest/gtest.h>

#include <map>

namespace hpct {
namespace {

using Stacks = std::map<std::pair<std::string, std::vector<std::uint64_t>>, std::int64_t>;

Stacks stacks_of(const StackProfile& profile) {
  Stacks stacks;
  profile.each(
      [&](const std::string& thread, const std::vector<std::uint64_t>& places, std::int64_t samples) {
        stacks[{thread, places}] += samples;
      });
  return stacks;
}

TEST(StackProfile, sums_equal_stacks_of_equally_named_threads) {
  StackProfile profile;
  profile.add(profile.thread("a"), {1, 2});
  profile.add(profile.thread("a"), {1, 2});
  profile.add(profile.thread("b"), {1, 2});
  EXPECT_EQ(stacks_of(profile), (Stacks{{{"a", {1, 2}}, 2}, {{"b", {1, 2}}, 1}}));
}

TEST(StackProfile, a_packed_place_is_what_it_was) {
  const CodePlace place{.module = 65535, .offset = 0x7fff'1234'5678};
  const auto back = CodePlace::unpacked(place.packed());
  EXPECT_EQ(back.module, place.module);
  EXPECT_EQ(back.offset, place.offset);
}

TEST(StackProfile, merging_translates_the_numbers_of_modules) {
  StackProfile one;
  one.module({"x", nullptr});
  StackProfile two;
  const auto y = two.module({"y", nullptr});
  two.add(two.thread("t"), {CodePlace{y, 7}.packed()});
  one.merge(two);
  ASSERT_EQ(one.modules().size(), 2U);
  EXPECT_EQ(stacks_of(one), (Stacks{{{"t", {CodePlace{1, 7}.packed()}}, 1}}));
}

TEST(StackProfile, memory_is_bounded_and_no_sample_is_forgotten) {
  StackProfile profile;
  const auto thread = profile.thread("t");
  constexpr std::uint64_t kMany = 150'000;
  for (std::uint64_t i = 0; i < kMany; ++i) profile.add(thread, {7, i});
  std::int64_t sum = 0;
  const auto stacks = stacks_of(profile);
  for (const auto& [stack, samples] : stacks) sum += samples;
  EXPECT_EQ(sum, static_cast<std::int64_t>(kMany));
  EXPECT_LT(stacks.size(), 110'000U);
}

TEST(StackProfile, taking_leaves_no_stacks_and_the_same_modules) {
  StackProfile profile;
  const auto module = profile.module({"x", nullptr});
  profile.add(profile.thread("t"), {CodePlace{module, 1}.packed()});
  EXPECT_FALSE(profile.take().empty());
  EXPECT_TRUE(profile.empty());
  EXPECT_EQ(profile.module({"x", nullptr}), module);
}

}  // namespace
}  // namespace hpct
