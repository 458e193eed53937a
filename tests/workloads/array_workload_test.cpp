// SPDX-License-Identifier: Apache-2.0
#include "workloads/array_workload.h"

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

#include "tests/workloads/counted.h"
#include "tests/workloads/runnable_kernels.h"
#include "tests/workloads/workload_under_test.h"

namespace hpct {
namespace {

class EveryArrayWorkload : public ::testing::TestWithParam<std::tuple<const char*, int>> {};

TEST_P(EveryArrayWorkload, gives_the_bits_of_the_definition_at_every_length_of_the_last_vector) {
  const auto& [name, size] = GetParam();
  const auto& info = find_workload(name);
  const auto settings = settings_for(info, 3, {"size=" + std::to_string(size)});
  const auto workload = prepared(info, settings);
  for (const auto& variant : runnable_variants(info, settings))
    EXPECT_EQ(run_and_verify(*workload, variant), "");
}

INSTANTIATE_TEST_SUITE_P(Sizes, EveryArrayWorkload,
                         ::testing::Combine(::testing::Values("saxpy", "sqrt", "vector-exp"),
                                            ::testing::Values(1, 2, 7, 8, 15, 16, 17, 31, 33, 47, 48, 49, 100,
                                                              1001, 65537)));

class EveryRootInput : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryRootInput, gives_the_bits_of_the_definition) {
  const auto& info = find_workload("sqrt");
  const auto settings = settings_for(info, 2, {"size=5003", std::string("input=") + GetParam()});
  const auto workload = prepared(info, settings);
  for (const auto& variant : runnable_variants(info, settings))
    EXPECT_EQ(run_and_verify(*workload, variant), "");
}

INSTANTIATE_TEST_SUITE_P(Inputs, EveryRootInput, ::testing::Values("random", "equal", "worst"));

/// One kernel over inputs of the test's own.
struct Outcome {
  std::vector<float> out;
  LaneUse use{0, 0};
};
Outcome outcome_of(ArrayKernel kernel, const std::vector<float>& x,
                   const std::vector<std::int32_t>& exponents = {}) {
  Outcome outcome{std::vector<float>(x.size(), -1), {}};
  outcome.use = kernel({.x = x.data(),
                        .y = nullptr,
                        .exponents = exponents.data(),
                        .scale = 1,
                        .out = outcome.out.data(),
                        .count = static_cast<std::int64_t>(x.size())});
  return outcome;
}

TEST(NewtonRoots, are_the_square_roots_of_the_mathematical_library) {
  std::vector<float> x;
  for (int i = 1; i < 2999; ++i) x.push_back(static_cast<float>(i) * 0.001F);
  for (const auto* table : runnable_kernels(all_array_kernels()))
    for (const auto kernel : {table->newton_sqrt, table->newton_refill}) {
      if (kernel == nullptr) continue;
      const auto roots = outcome_of(kernel, x).out;
      for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_NEAR(roots[i], std::sqrt(x[i]), 1e-5 * std::sqrt(x[i])) << table->isa << " of " << x[i];
    }
}

TEST(Powers, are_those_of_the_mathematical_library) {
  std::vector<float> x;
  std::vector<std::int32_t> exponents;
  for (int i = 0; i < 997; ++i) {
    x.push_back(static_cast<float>(i) * 0.004F);
    exponents.push_back(i * 7 % 11);
  }
  for (const auto* table : runnable_kernels(all_array_kernels())) {
    const auto powers = outcome_of(table->power, x, exponents).out;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double exact = std::min(std::pow(double{x[i]}, exponents[i]), 9.999999);
      EXPECT_NEAR(powers[i], exact, 1e-5 * exact) << table->isa << ": " << x[i] << " to the " << exponents[i];
    }
  }
}

TEST(LaneUse, counts_the_same_useful_steps_in_every_kernel) {
  std::vector<float> x(1000, 1.5F);
  std::vector<std::int32_t> exponents;
  std::uint64_t steps = 0;
  for (int i = 0; i < 1000; ++i) {
    exponents.push_back(i % 10);
    steps += static_cast<std::uint64_t>(i % 10);
  }
  for (const auto* table : runnable_kernels(all_array_kernels()))
    EXPECT_EQ(outcome_of(table->power, x, exponents).use.useful, steps) << table->isa;
}

TEST(LaneUse, of_one_slow_lane_per_vector_is_one_lane) {
  std::vector<float> x(160, 1.5F);
  std::vector<std::int32_t> exponents(160, 0);
  for (std::size_t i = 0; i < 160; i += 16) exponents[i] = 5;
  for (const auto* table : runnable_kernels(all_array_kernels())) {
    if (table->isa != std::string("avx512")) continue;
    const auto use = outcome_of(table->power, x, exponents).use;
    EXPECT_EQ(use.useful, 50U);
    EXPECT_EQ(use.issued, 800U);
  }
}

TEST(LaneUse, is_reported_as_vector_utilisation) {
  const auto& info = find_workload("vector-exp");
  const auto settings = settings_for(info, 1, {"size=1000"});
  const auto workload = prepared(info, settings);
  const auto variant = info.variants(settings).front();
  ASSERT_EQ(run_and_verify(*workload, variant), "");
  const auto work = workload->work(variant);
  EXPECT_EQ(work.facts.at("vector.utilisation").number, 1.0);
  EXPECT_EQ(work.facts.at("vector.utilisation").provenance, Provenance::counted);
}

/// What the serial variant declares.
double declared_flops(const char* name, const std::vector<std::string>& settings_text) {
  const auto& info = find_workload(name);
  const auto settings = settings_for(info, 1, settings_text);
  const auto workload = prepared(info, settings);
  const auto variant = info.variants(settings).front();
  EXPECT_EQ(run_and_verify(*workload, variant), "");
  return workload->work(variant).total.flops->amount;
}

TEST(DeclaredFlops, of_saxpy_are_those_of_a_counting_type) {
  const double counted = count_of([] { static_cast<void>(Counted(2) * 0.5F + 0.25F); });
  EXPECT_EQ(declared_flops("saxpy", {"size=100"}), 100 * counted);
}

TEST(DeclaredFlops, of_sqrt_are_those_of_a_counting_type) {
  const double counted = count_of([] {
    const Counted x = 2.999F;  // input=equal
    Counted r = 1;
    for (;;) {
      const auto product = r * r * x;
      if (std::fabs(static_cast<float>(product - 1.0F)) <= kNewtonError) break;
      r = r * 0.5F * (3.0F - product);
    }
    static_cast<void>(x * r);
  });
  EXPECT_EQ(declared_flops("sqrt", {"size=100", "input=equal"}), 100 * counted);
}

TEST(DeclaredFlops, of_powers_are_those_of_a_counting_type) {
  std::vector<std::int32_t> exponents;
  for (int i = 0; i < 50; ++i) exponents.push_back(i % 7);
  const double counted = count_of([&] {
    for (const auto exponent : exponents) {
      Counted power = 1;
      for (int i = 0; i < exponent; ++i) power = power * 1.5F;
    }
  });
  for (const auto* table : runnable_kernels(all_array_kernels())) {
    const auto use = outcome_of(table->power, std::vector<float>(50, 1.5F), exponents).use;
    EXPECT_EQ(static_cast<double>(use.useful), counted) << table->isa;
  }
}

TEST(ArrayWorkload, that_does_not_fit_into_memory_is_refused_with_a_hint) {
  const auto& info = find_workload("saxpy");
  const auto made = info.make(settings_for(info, 1, {"size=4000000000"}));
  ASSERT_TRUE(made);
  const auto refusal = refusal_of(**made);
  EXPECT_EQ(refusal.code, ErrorCode::not_supported);
  EXPECT_FALSE(refusal.hint.empty());
}

}  // namespace
}  // namespace hpct
