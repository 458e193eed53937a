// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <papi.h>

#include <map>

#include "collector/counter_source.h"
#include "collector/machine.h"
#include "collector/work_counters.h"

namespace hpct {
namespace {

const CounterSourceInfo& sde_source() {
  for (const auto* info : all_counter_sources())
    if (info->name == "sde") return *info;
  throw std::logic_error("no sde source");
}

Quantity quantity(double amount, Provenance provenance = Provenance::counted) {
  return {amount, "formula", provenance};
}

Work items(Quantity amount) {
  Work work;
  work.items = std::move(amount);
  return work;
}

Work flops(Quantity amount) {
  Work work;
  work.flops = std::move(amount);
  return work;
}

class SdeSource : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto found = sde_source().probe();
    if (!found.usable) GTEST_SKIP() << found.detail;
  }

  /// What the source reads about one repetition that did `work`.
  static std::map<std::string, Value> read_after(CounterSource& source, const Work& work) {
    source.start();
    source.stop();
    publish_work(work);
    std::map<std::string, Value> values;
    for (auto& [name, value] : source.read()) values[name] = value;
    return values;
  }
};

TEST_F(SdeSource, reads_back_what_was_published) {
  const auto source = sde_source().open({}).value();
  const auto values = read_after(*source, {.flops = quantity(8e9),
                                           .bytes_read = quantity(1300),
                                           .bytes_written = quantity(64),
                                           .items = quantity(100)});
  EXPECT_EQ(values.at("sde.flops").number, 8e9);
  EXPECT_EQ(values.at("sde.bytes_read").number, 1300);
  EXPECT_EQ(values.at("sde.bytes_written").number, 64);
  EXPECT_EQ(values.at("sde.items").number, 100);
}

TEST_F(SdeSource, each_repetition_reads_its_own_work_only) {
  const auto source = sde_source().open({}).value();
  read_after(*source, items(quantity(1000)));
  EXPECT_EQ(read_after(*source, items(quantity(7))).at("sde.items").number, 7);
}

TEST_F(SdeSource, undeclared_work_is_missing_and_not_zero) {
  const auto source = sde_source().open({}).value();
  const auto values = read_after(*source, items(quantity(5)));
  EXPECT_EQ(values.at("sde.flops").reason, MissingReason::not_declared);
  EXPECT_FALSE(values.at("sde.flops").known());
}

TEST_F(SdeSource, declared_nothing_is_zero) {
  const auto source = sde_source().open({}).value();
  EXPECT_EQ(read_after(*source, flops(quantity(0))).at("sde.flops").number, 0);
}

TEST_F(SdeSource, a_formulas_result_stays_modelled) {
  const auto source = sde_source().open({}).value();
  const auto values = read_after(*source, flops(quantity(8, Provenance::modelled)));
  EXPECT_EQ(values.at("sde.flops").provenance, Provenance::modelled);
}

TEST_F(SdeSource, an_amount_beyond_64_bits_is_missing) {
  const auto source = sde_source().open({}).value();
  EXPECT_FALSE(read_after(*source, flops(quantity(1e300))).at("sde.flops").known());
}

TEST_F(SdeSource, is_there_whoever_asked_papi_first) {
  static_cast<void>(describe_machine());  // asks for hardware counters, and so starts PAPI
  EXPECT_TRUE(sde_source().open({}));
}

TEST_F(SdeSource, any_papi_program_code_can_read_the_events) {
  int set = PAPI_NULL;
  ASSERT_EQ(PAPI_create_eventset(&set), PAPI_OK);
  ASSERT_EQ(PAPI_add_named_event(set, "sde:::hpct::items"), PAPI_OK);
  ASSERT_EQ(PAPI_start(set), PAPI_OK);
  publish_work(items(quantity(41)));
  long long items = 0;
  ASSERT_EQ(PAPI_stop(set, &items), PAPI_OK);
  EXPECT_EQ(items, 41);
}

}  // namespace
}  // namespace hpct
