// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "gui/models/facts.h"
#include "gui/models/ladder_rows.h"
#include "gui/models/sort_filter.h"
#include "gui/models/tables.h"
#include "gui/models/value_text.h"
#include "tests/gui/sample_session.h"

namespace hpct {
namespace {

using ::testing::ElementsAre;

/// One column of values, as a table to sort.
Table column_of(const std::vector<Value>& values) {
  Table table{{{"Time", {}, true}}, {}};
  for (const auto& value : values) table.rows.push_back({{}, {}, {Cell::of(value)}});
  return table;
}

std::vector<std::string> shown(const SortFilter& proxy) {
  std::vector<std::string> texts;
  for (int row = 0; row < proxy.rowCount(); ++row)
    texts.push_back(proxy.index(row, 0).data().toString().toStdString());
  return texts;
}

struct Sorted {
  CellModel model;
  SortFilter proxy;
  explicit Sorted(Table table) {
    model.setTable(std::move(table));
    proxy.setSourceModel(&model);
  }
};

const std::vector<Value> kTimes{
    Value::of(83.33, "s", Provenance::measured), Value::missing("s", MissingReason::no_pmu),
    Value::of(9.09, "s", Provenance::measured), Value::of(120, "s", Provenance::measured)};

TEST(SortFilter, sorts_by_number_and_not_by_text) {
  Sorted table(column_of(kTimes));
  table.proxy.sort(0, Qt::AscendingOrder);
  EXPECT_THAT(shown(table.proxy), ElementsAre("9.09 s", "83.3 s", "120 s", "missing: no_pmu"));
}

TEST(SortFilter, keeps_missing_values_last_in_descending_order_too) {
  Sorted table(column_of(kTimes));
  table.proxy.sort(0, Qt::DescendingOrder);
  EXPECT_THAT(shown(table.proxy), ElementsAre("120 s", "83.3 s", "9.09 s", "missing: no_pmu"));
}

TEST(SortFilter, keeps_rows_that_contain_every_word_in_any_case) {
  const auto analysis = sample::analysed(sample::report());
  Sorted table(kernel_table(*analysis, nullptr));
  table.proxy.setWords("DECODE lm_");
  ASSERT_EQ(table.proxy.rowCount(), 1);
  EXPECT_EQ(table.proxy.index(0, 2).data().toString(), "decode/lm_head");
}

TEST(SortFilter, copies_rows_as_tab_separated_values_with_a_heading) {
  Sorted table(column_of(kTimes));
  EXPECT_EQ(as_tsv(table.proxy, {0, 1}), "Time\n83.3 s\nmissing: no_pmu\n");
}

TEST(ValueText, says_why_a_value_is_missing_and_never_zero) {
  const auto value = Value::missing("s", MissingReason::permission, "perf_event_paranoid is 3");
  EXPECT_EQ(value_with_interval(value), "missing: permission");
  EXPECT_TRUE(value_provenance(value).contains("perf_event_paranoid is 3"));
}

TEST(ValueText, shows_the_interval_beside_the_number) {
  auto value = Value::of(0.241, "s", Provenance::measured);
  value.interval = Interval{0.238, 0.25};
  EXPECT_EQ(value_with_interval(value), "241 ms [238, 250]");
}

TEST(ValueText, repeats_the_unit_in_an_interval_that_crosses_a_prefix) {
  auto value = Value::of(0.001, "s", Provenance::measured);
  value.interval = Interval{0.00098, 0.00102};
  EXPECT_EQ(value_with_interval(value), "1.00 ms [980 us, 1.02 ms]");
}

TEST(ValueText, reads_a_ratio_as_a_signed_change) {
  EXPECT_EQ(change_text(0.87), "-13.0 %");
  EXPECT_EQ(change_text(1.2), "+20.0 %");
  EXPECT_EQ(change_text(1), "0.0 %");
}

TEST(KernelTable, has_a_row_for_every_run_and_region) {
  const auto analysis = sample::analysed(sample::report());
  std::size_t expected = 0;
  for (const auto& run : analysis->report.runs) expected += 1 + run.regions.size();
  EXPECT_EQ(kernel_table(*analysis, nullptr).rows.size(), expected);
}

TEST(KernelTable, adds_the_baseline_and_the_change_when_there_is_one) {
  const auto base = sample::analysed(sample::report(1));
  const auto candidate = sample::analysed(sample::report(1.5));
  const auto comparison = compare(*base, *candidate, {});
  const auto table = kernel_table(*candidate, &comparison);
  ASSERT_EQ(table.columns[7].title, "Change");
  const auto at = std::find_if(table.rows.begin(), table.rows.end(),
                               [](const Row& row) { return row.region == "decode/mlp"; });
  ASSERT_NE(at, table.rows.end());
  EXPECT_EQ(at->cells[7].text, "+50.0 %");
}

TEST(KernelTable, shows_a_reason_in_every_cell_when_nothing_is_known) {
  const auto analysis = sample::analysed(sample::all_missing());
  for (const auto& row : kernel_table(*analysis, nullptr).rows)
    for (std::size_t column = 5; column < row.cells.size(); ++column)
      EXPECT_TRUE(row.cells[column].missing && row.cells[column].text.startsWith("missing: "))
          << row.region.toStdString() << " column " << column;
}

TEST(CompareTable, gives_every_bar_the_same_scale) {
  const auto base = sample::analysed(sample::report(1));
  const auto candidate = sample::analysed(sample::report(1.5));
  const auto comparison = compare(*base, *candidate, {});
  std::vector<double> scales;
  for (const auto& row : compare_table(comparison).rows)
    if (const auto& payload = row.cells[kRatioColumn].payload; payload.isValid())
      scales.push_back(payload.value<RatioBar>().scale);
  ASSERT_FALSE(scales.empty());
  EXPECT_THAT(scales, ::testing::Each(scales.front()));
}

TEST(DifferenceTable, puts_what_blocks_first) {
  const auto table = difference_table({{"kernel", "6.1", "6.2", false}, {"CPU model", "A", "B", true}});
  EXPECT_EQ(table.rows[0].cells[0].text, "CPU model");
}

TEST(Facts, a_wrong_result_is_said_loudly) {
  hpct::Run run;
  run.check = {.ok = false, .reference = "brute force", .message = "station Hamburg: mean 1.2 and not 1.3"};
  const auto fact = check_fact(run);
  EXPECT_TRUE(fact.bad);
  EXPECT_TRUE(fact.text.startsWith("WRONG RESULT: station Hamburg"));
}

TEST(Facts, warnings_of_the_report_come_before_those_of_the_findings) {
  auto report = sample::report();
  report.runs[0].check.ok = false;
  const auto texts = warning_texts(*sample::analysed(report));
  ASSERT_GE(texts.size(), 2U);
  EXPECT_TRUE(texts[0].startsWith("the machine was busy"));
}

TEST(Facts, a_missing_pmu_is_named) {
  const auto facts = machine_facts(sample::report());
  const auto at =
      std::find_if(facts.begin(), facts.end(), [](const Fact& f) { return f.name == "Hardware counters"; });
  ASSERT_NE(at, facts.end());
  EXPECT_EQ(at->text, "missing: this virtual machine shows no PMU");
}

/// The ladder of a run, one that is twice as fast, and one beside them that is four times as fast.
std::vector<LadderRow> three_rungs() {
  auto analysis = analyze(sample::report());
  auto& report = analysis.report;
  report.runs.resize(1);
  report.runs[0].aside = false;
  report.runs[0].variant = "slow";
  report.runs.resize(3, report.runs[0]);
  report.runs[1].variant = "fast";
  report.runs[2].variant = "scan";
  report.runs[2].aside = true;
  for (std::size_t i = 0; i < 3; ++i)
    report.runs[i].values["time.wall"] = sample::measured(4.0 / (1 << i), "s");
  return ladder_rows(ladders_of(report).at(0));
}

TEST(LadderRows, have_the_speedup_to_the_first_also_of_what_lies_beside) {
  const auto rows = three_rungs();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].speedup, 2.0);
  EXPECT_EQ(rows[1].step, "2.00x");
  EXPECT_EQ(rows[2].speedup, 4.0);
  EXPECT_EQ(rows[2].step, "");
  EXPECT_TRUE(rows[2].aside);
}

TEST(LadderRows, always_say_what_bounds_them) {
  for (const auto& row : three_rungs()) EXPECT_FALSE(row.bound.isEmpty());
}

}  // namespace
}  // namespace hpct
