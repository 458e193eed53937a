// SPDX-License-Identifier: Apache-2.0
#include "collector/pass_agreement.h"

#include <gmock/gmock.h>

namespace hpct {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Sample sample(int pass, std::int64_t wall_ns, double instructions) {
  Sample made;
  made.pass = pass;
  made.wall_ns = wall_ns;
  made.readings = {{"instructions", Value::of(instructions, "1", Provenance::measured)}};
  return made;
}

TEST(PassAgreement, passes_that_ran_the_same_agree) {
  EXPECT_THAT(pass_disagreements({sample(0, 100, 1e6), sample(1, 101, 1e6 + 100), sample(0, 102, 1e6 + 50)}),
              IsEmpty());
}

TEST(PassAgreement, one_pass_has_nothing_to_disagree_with) {
  EXPECT_THAT(pass_disagreements({sample(0, 100, 1e6), sample(0, 900, 9e6)}), IsEmpty());
}

TEST(PassAgreement, other_instructions_are_other_work) {
  EXPECT_THAT(pass_disagreements({sample(0, 100, 1.00e6), sample(1, 100, 1.02e6), sample(0, 100, 1.00e6)}),
              ElementsAre(HasSubstr("instructions 2.0 % apart in passes 1 and 2")));
}

TEST(PassAgreement, another_time_is_another_state_of_the_machine) {
  EXPECT_THAT(pass_disagreements({sample(0, 100, 1e6), sample(1, 100, 1e6), sample(2, 120, 1e6)}),
              ElementsAre(HasSubstr("times 20.0 % apart")));
}

TEST(PassAgreement, times_that_scatter_within_every_pass_are_noise) {
  EXPECT_THAT(pass_disagreements(
                  {sample(0, 100, 1e6), sample(0, 150, 1e6), sample(1, 140, 1e6), sample(1, 160, 1e6)}),
              IsEmpty());
}

TEST(PassAgreement, without_instructions_only_the_times_speak) {
  Sample bare;
  bare.wall_ns = 100;
  EXPECT_THAT(pass_disagreements({bare, bare}), IsEmpty());
}

}  // namespace
}  // namespace hpct
