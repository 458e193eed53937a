// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <hpct/value.h>

#include <cmath>

namespace hpct {
namespace {

TEST(Value, infinity_becomes_missing_not_a_number) {
  const auto value = Value::of(INFINITY, "flop/B", Provenance::measured, "flops / bytes");
  EXPECT_FALSE(value.known());
  EXPECT_EQ(value.reason, MissingReason::undefined);
}

TEST(Value, derived_value_takes_the_weakest_provenance) {
  const auto flops = Value::of(10, "flop", Provenance::modelled);
  const auto seconds = Value::of(2, "s", Provenance::measured);
  const auto rate =
      derive("flop/s", "flops / time", {&flops, &seconds}, [&] { return *flops.number / *seconds.number; });
  EXPECT_EQ(rate.provenance, Provenance::modelled);
  EXPECT_DOUBLE_EQ(*rate.number, 5);
}

TEST(Value, derived_value_is_missing_for_the_reason_of_its_missing_input) {
  const auto cycles = Value::missing("1", MissingReason::no_pmu, "this machine shows no PMU");
  const auto rate = derive("1", "1 / cycles", {&cycles}, []() -> double { throw "must not be called"; });
  EXPECT_EQ(rate.reason, MissingReason::no_pmu);
  EXPECT_EQ(rate.detail, "this machine shows no PMU");
}

TEST(Value, every_provenance_and_reason_is_found_again_by_its_name) {
  for (int i = 0; i <= static_cast<int>(Provenance::missing); ++i)
    EXPECT_EQ(provenance_from(name_of(static_cast<Provenance>(i))), static_cast<Provenance>(i));
  for (int i = 0; i <= static_cast<int>(MissingReason::not_found); ++i)
    EXPECT_EQ(missing_reason_from(name_of(static_cast<MissingReason>(i))), static_cast<MissingReason>(i));
}

TEST(Value, a_derived_value_was_counted_for_as_long_as_its_worst_input) {
  auto half = Value::of(4, "1", Provenance::scaled);
  half.running_share = 0.5;
  auto most = Value::of(2, "1", Provenance::scaled);
  most.running_share = 0.95;
  const auto ratio = derive("1", "half / most", {&half, &most}, [&] { return *half.number / *most.number; });
  EXPECT_EQ(ratio.provenance, Provenance::scaled);
  EXPECT_EQ(ratio.running_share, 0.5);
}

}  // namespace
}  // namespace hpct
