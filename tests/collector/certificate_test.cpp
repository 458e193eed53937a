// SPDX-License-Identifier: Apache-2.0
#include "collector/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "tests/collector/scripted_source.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::int64_t rounds_run = 0;

void count_rounds(std::int64_t rounds) noexcept { rounds_run += rounds; }

KnownKernel kernel(std::string_view counter, std::string_view name = "known") {
  return {.counter = counter,
          .name = name,
          .per_round = 2,
          .tolerance = kExactEvent,
          .rounds = 1000,
          .runs_here = [] { return true; },
          .run = count_rounds};
}

/// Counts `factor` for what the kernel counts 1, and `own` for its own starting and stopping.
class ImaginaryCounter final : public CounterSource {
 public:
  ImaginaryCounter(std::string name, double factor, double own)
      : name_(std::move(name)), factor_(factor), own_(own) {}
  void start() noexcept override { before_ = rounds_run; }
  void stop() noexcept override { after_ = rounds_run; }
  Readings read() override {
    auto value = Value::of(own_ + factor_ * 2 * static_cast<double>(after_ - before_), "1",
                           Provenance::measured, "SOME_EVENT");
    return {{name_, value}};
  }

 private:
  std::string name_;
  double factor_;
  double own_;
  std::int64_t before_ = 0;
  std::int64_t after_ = 0;
};

std::vector<std::unique_ptr<CounterSource>> only(std::unique_ptr<CounterSource> source) {
  std::vector<std::unique_ptr<CounterSource>> sources;
  sources.push_back(std::move(source));
  return sources;
}

Certificate certified(double factor, double own = 0) {
  const std::vector kernels{kernel("instructions")};
  return certify(only(std::make_unique<ImaginaryCounter>("instructions", factor, own)), kernels);
}

TEST(Certificate, a_counter_that_counts_right_is_ok) {
  const auto certificate = certified(1);
  ASSERT_THAT(certificate, SizeIs(1));
  EXPECT_TRUE(certificate[0].ok);
  EXPECT_EQ(certificate[0].counter, "instructions");
  EXPECT_EQ(certificate[0].event, "SOME_EVENT");
  EXPECT_EQ(certificate[0].kernel, "known");
  EXPECT_DOUBLE_EQ(certificate[0].expected, 2000);
  EXPECT_DOUBLE_EQ(certificate[0].measured, 2000);
}

TEST(Certificate, a_counter_off_by_two_is_not) {
  const auto certificate = certified(2);
  EXPECT_FALSE(certificate.at(0).ok);
  EXPECT_DOUBLE_EQ(certificate.at(0).measured, 4000);
}

TEST(Certificate, two_percent_is_the_limit) {
  EXPECT_TRUE(certified(1.019).at(0).ok);
  EXPECT_FALSE(certified(1.021).at(0).ok);
  EXPECT_FALSE(certified(0.979).at(0).ok);
}

TEST(Certificate, a_counter_that_stands_still_is_not_ok) {
  EXPECT_FALSE(certified(0).at(0).ok);
  const std::vector kernels{kernel("cycles")};
  const auto sources = only(std::make_unique<ScriptedSource>(
      std::deque<Readings>{missing_reading("cycles", MissingReason::counts_nothing, "accepted and read 0")}));
  EXPECT_FALSE(certify(sources, kernels).at(0).ok);
}

TEST(Certificate, what_reading_the_counter_adds_is_taken_off) { EXPECT_TRUE(certified(1, 5000).at(0).ok); }

TEST(Certificate, one_disturbed_trial_does_not_refute_a_counter) {
  const std::vector kernels{kernel("dram.bytes_read")};
  std::deque<Readings> script;
  for (const double count : {0.0, 1000.0, 9000.0, 1000.0, 3000.0})
    script.push_back(reading("dram.bytes_read", count));
  EXPECT_TRUE(certify(only(std::make_unique<ScriptedSource>(script)), kernels).at(0).ok);
}

TEST(Certificate, a_counter_that_is_not_there_gets_no_entry) {
  const std::vector kernels{kernel("instructions")};
  const auto sources = only(std::make_unique<ScriptedSource>(
      std::deque<Readings>{missing_reading("instructions", MissingReason::no_pmu, "no PMU")}));
  EXPECT_THAT(certify(sources, kernels), IsEmpty());
  EXPECT_THAT(certifiable_events(sources, kernels), IsEmpty());
}

TEST(Certificate, a_kernel_that_this_cpu_lacks_is_left_out) {
  auto wide = kernel("instructions", "wide");
  wide.runs_here = [] { return false; };
  const std::vector kernels{wide};
  EXPECT_THAT(certify(only(std::make_unique<ImaginaryCounter>("instructions", 1, 0)), kernels), IsEmpty());
}

TEST(Certificate, one_wrong_kernel_refutes_the_counter) {
  ValueMap values{{"flops.dp", Value::of(1e9, "flop", Provenance::measured)},
                  {"cycles", Value::of(5, "1", Provenance::measured)}};
  drop_refuted({{.counter = "flops.dp",
                 .event = "A",
                 .kernel = "scalar",
                 .expected = 10,
                 .measured = 10,
                 .tolerance = 0.02,
                 .ok = true},
                {.counter = "flops.dp",
                 .event = "A",
                 .kernel = "wide",
                 .expected = 10,
                 .measured = 20,
                 .tolerance = 0.02,
                 .ok = false}},
               values);
  EXPECT_EQ(values["flops.dp"].reason, MissingReason::uncertified);
  EXPECT_EQ(values["flops.dp"].unit, "flop");
  EXPECT_THAT(values["flops.dp"].detail, HasSubstr("A counted 2.00 times the truth (wide"));
  EXPECT_TRUE(values["cycles"].known());
}

TEST(Certificate, the_events_are_named_for_the_cache) {
  const std::vector kernels{kernel("instructions")};
  const auto sources = only(std::make_unique<ImaginaryCounter>("instructions", 1, 0));
  EXPECT_EQ(certifiable_events(sources, kernels), "instructions=SOME_EVENT;");
}

TEST(KnownKernels, all_that_this_cpu_has_can_be_run) {
  for (const auto& known : known_kernels())
    if (known.runs_here()) known.run(2);
}

TEST(KnownKernels, every_one_expects_something) {
  for (const auto& known : known_kernels()) {
    EXPECT_GT(known.per_round, 0) << known.counter << " " << known.name;
    EXPECT_GT(known.tolerance, 0);
    EXPECT_GE(known.rounds, 16);
  }
}

}  // namespace
}  // namespace hpct
