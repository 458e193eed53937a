// SPDX-License-Identifier: Apache-2.0
#include "collector/counter_request.h"

#include <gmock/gmock.h>

namespace hpct {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CounterRequest, auto_wants_everything) {
  EXPECT_TRUE(parse_counters("auto").value().wants("l3.misses"));
}

TEST(CounterRequest, none_wants_nothing) { EXPECT_FALSE(parse_counters("none").value().wants("l3.misses")); }

TEST(CounterRequest, a_list_wants_what_is_in_it) {
  const auto request = parse_counters("cycles,l3.misses").value();
  EXPECT_THAT(request.names, ElementsAre("cycles", "l3.misses"));
  EXPECT_TRUE(request.wants("cycles"));
  EXPECT_FALSE(request.wants("instructions"));
}

TEST(CounterRequest, simulated_goes_beside_the_others_and_alone_beside_auto) {
  EXPECT_FALSE(parse_counters("auto").value().simulated);
  for (const char* text : {"simulated", "auto,simulated", "simulated,auto"}) {
    EXPECT_TRUE(parse_counters(text).value().simulated) << text;
    EXPECT_TRUE(parse_counters(text).value().wants("cycles")) << text;
  }
  const auto request = parse_counters("cycles,simulated").value();
  EXPECT_TRUE(request.simulated);
  EXPECT_THAT(request.names, ElementsAre("cycles"));
}

TEST(CounterRequest, a_typo_is_told_the_nearest_name) {
  const auto error = parse_counters("cycles,l3.mises").error();
  EXPECT_EQ(error.code, ErrorCode::usage);
  EXPECT_THAT(error.message, HasSubstr("l3.mises"));
  EXPECT_THAT(error.hint, HasSubstr("l3.misses"));
}

TEST(CounterRequest, an_empty_name_is_an_error) {
  EXPECT_FALSE(parse_counters("cycles,"));
  EXPECT_THAT(parse_counters("").error().hint, HasSubstr("hpct-prof list"));
}

}  // namespace
}  // namespace hpct
