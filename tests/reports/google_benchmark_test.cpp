// SPDX-License-Identifier: Apache-2.0
#include "reports/google_benchmark.h"

#include <gmock/gmock.h>

#include "reports/benchmark_name.h"
#include "reports/file_io.h"
#include "reports/report_io.h"

namespace hpct {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::string sample(const std::string& name) {
  return read_file(std::string(HPCT_SOURCE_DIR) + "/tests/golden/google_benchmark/" + name).value();
}

Report imported(const std::string& name) {
  const auto file = parse_google_benchmark(sample(name), name);
  EXPECT_TRUE(file) << file.error().message;
  return report_of(*file);
}

Run find(const Report& report, const std::string& workload, const std::string& variant) {
  for (const auto& run : report.runs)
    if (run.workload == workload && run.variant == variant) return run;
  ADD_FAILURE() << "no " << workload << "/" << variant;
  return report.runs.front();
}

double number(const Run& run, const std::string& name) { return run.values.at(name).number.value(); }

std::string complaint(const std::string& text) {
  const auto file = parse_google_benchmark(text, "x.json");
  if (file) return "accepted";
  EXPECT_EQ(file.error().code, ErrorCode::bad_file);
  return file.error().message;
}

/// A file with one benchmark with the given fields.
std::string with_entry(const std::string& fields) {
  return R"({"context": {"num_cpus": 1}, "benchmarks": [{)" + fields + "}]}";
}

TEST(BenchmarkName, is_family_and_the_rest) {
  const auto name = parse_benchmark_name("BM_sort<int>/4096/real_time/threads:2");
  EXPECT_EQ(name.family, "BM_sort<int>");
  EXPECT_EQ(name.variant, "4096/real_time/threads:2");
  EXPECT_EQ(name.threads, 2);
}

TEST(BenchmarkName, arguments_are_parameters_and_controls_are_not) {
  const auto name =
      parse_benchmark_name("f/8/rows:100/file:a.txt/-3/min_time:0.1/iterations:5/repetitions:2/real_time");
  EXPECT_THAT(
      name.parameters,
      UnorderedElementsAre(Pair("arg0", Scalar{std::int64_t{8}}), Pair("rows", Scalar{std::int64_t{100}}),
                           Pair("file", Scalar{"a.txt"}), Pair("arg1", Scalar{std::int64_t{-3}})));
}

TEST(BenchmarkName, a_scope_in_the_name_is_no_argument) {
  EXPECT_THAT(parse_benchmark_name("f/ns::g").parameters, IsEmpty());
}

TEST(BenchmarkName, of_a_run_says_parameters_and_threads_once) {
  hpct::Run run;
  run.workload = "1brc";
  run.variant = "avx2";
  run.parameters = {{"rows", std::int64_t{100}}, {"input", std::string()}, {"command", "a b"}};
  run.threads = 2;
  EXPECT_EQ(benchmark_name_of(run), "1brc/avx2/rows:100/real_time/threads:2");
  run.role = "benchmark";
  run.variant = "avx2/rows:100/threads:2";
  EXPECT_EQ(benchmark_name_of(run), "1brc/avx2/rows:100/threads:2");
}

TEST(GoogleBenchmark, repetitions_of_version_1_7_become_repetitions) {
  const auto report = imported("1.7-repetitions.json");
  const auto run = find(report, "BM_sum", "256");
  ASSERT_THAT(run.repetitions, SizeIs(3));
  EXPECT_EQ(run.repetitions[0].iterations, 220112);
  EXPECT_THAT(run.repetitions[0].wall_s(), DoubleNear(82.867899070883823e-9, 1e-14));
  EXPECT_THAT(number(run, "time.wall"), DoubleNear(99.552609579559771e-9, 1e-18));  // the median of the three
  EXPECT_EQ(run.role, "benchmark");
  EXPECT_EQ(run.label, "sum \"of\" ints");
}

TEST(GoogleBenchmark, items_are_counted_against_the_time_that_rules_the_benchmark) {
  EXPECT_NEAR(number(find(imported("1.7-repetitions.json"), "BM_sum", "256"), "work.items"), 256,
              1e-6);  // CPU time
  EXPECT_NEAR(number(find(imported("1.5-plain.json"), "BM_copy", "8/real_time"), "work.items"), 10, 1e-9);
}

TEST(GoogleBenchmark, counters_keep_their_names_behind_a_prefix) {
  const auto run = find(imported("1.7-repetitions.json"), "BM_sum", "4096");
  EXPECT_EQ(number(run, "counter.size"), 4096);
  EXPECT_EQ(run.values.at("counter.bytes_per_second").unit, "B/s");
  EXPECT_EQ(run.values.at("counter.size").provenance, Provenance::modelled);
}

TEST(GoogleBenchmark, threads_are_those_of_the_benchmark) {
  EXPECT_EQ(find(imported("1.7-repetitions.json"), "BM_named", "rows:2/3/min_time:0.010/real_time/threads:2")
                .threads,
            2);
}

TEST(GoogleBenchmark, an_error_is_a_failed_check_without_a_time) {
  const auto run = find(imported("1.7-repetitions.json"), "BM_error", "");
  EXPECT_FALSE(run.check.ok);
  EXPECT_EQ(run.check.message, "no data");
  EXPECT_THAT(run.repetitions, IsEmpty());
  EXPECT_FALSE(run.values.at("time.wall").known());
}

TEST(GoogleBenchmark, fits_of_a_complexity_are_no_runs) {
  EXPECT_THAT(imported("1.7-repetitions.json").runs, SizeIs(5));
}

TEST(GoogleBenchmark, aggregates_alone_give_the_median_and_no_repetition) {
  const auto run = find(imported("1.7-aggregates-only.json"), "BM_sum", "256");
  EXPECT_THAT(run.repetitions, IsEmpty());
  EXPECT_GT(number(run, "time.wall"), 0);
  EXPECT_EQ(run.values.at("time.wall").formula, "median of the repetitions");
  EXPECT_FALSE(run.values.at("time.wall").interval);
  EXPECT_NEAR(number(run, "work.items"), 256, 1);
}

TEST(GoogleBenchmark, the_machine_is_what_the_file_knows_and_the_rest_stays_empty) {
  const auto report = imported("1.5-plain.json");
  EXPECT_EQ(report.machine.hostname, "node07");
  EXPECT_EQ(report.machine.cpu.threads, 8);
  EXPECT_EQ(report.machine.cpu.mhz, 3600);
  EXPECT_EQ(report.machine.cpu.model, "");
  EXPECT_THAT(report.machine.caches,
              ElementsAre(Cache{.level = 1, .type = "data", .bytes = 32768, .shared_by = 2}));
  EXPECT_EQ(report.created, "2020-05-28T08:00:00Z");
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("frequency scaling")));
}

TEST(GoogleBenchmark, disturbances_that_nobody_counted_are_left_out) {
  EXPECT_THAT(to_json(imported("1.5-plain.json")), ::testing::Not(HasSubstr("involuntary_switches")));
}

TEST(GoogleBenchmark, interleaved_repetitions_find_together) {
  const auto run = find(imported("1.9-interleaved.json"), "BM_a", "");
  ASSERT_THAT(run.repetitions, SizeIs(2));
  EXPECT_NEAR(number(run, "time.wall"), 2e-3, 1e-12);
}

TEST(GoogleBenchmark, bare_NaN_and_Infinity_are_numbers_that_are_not_there) {
  const auto run = find(imported("1.9-interleaved.json"), "BM_a", "");
  EXPECT_EQ(number(run, "counter.hits"), 4);
  EXPECT_FALSE(run.values.contains("counter.misses"));
  EXPECT_FALSE(run.values.contains("counter.rate"));
}

TEST(GoogleBenchmark, errors_and_skips_of_version_1_9) {
  const auto report = imported("1.9-interleaved.json");
  EXPECT_EQ(find(report, "BM_b", "").check.message, "no file");
  EXPECT_THAT(report.runs, SizeIs(2));
  EXPECT_THAT(report.warnings, ElementsAre("BM_c/threads:4 was skipped: needs 8 cores"));
  EXPECT_EQ(report.tool.version, "v1.9.4");
}

TEST(GoogleBenchmark, survives_the_way_there_and_back) {
  for (const auto* name : {"1.7-repetitions.json", "1.5-plain.json", "1.7-aggregates-only.json"}) {
    const auto before = imported(name);
    const auto text = to_json(google_benchmark_of(before));
    const auto after = report_of(parse_google_benchmark(text, "exported").value());
    ASSERT_EQ(after.runs.size(), before.runs.size()) << name;
    EXPECT_EQ(after.created, before.created);
    EXPECT_EQ(after.machine.caches, before.machine.caches);
    for (std::size_t i = 0; i < before.runs.size(); ++i) {
      const auto& a = before.runs[i];
      const auto& b = after.runs[i];
      EXPECT_EQ(benchmark_name_of(a), benchmark_name_of(b));
      EXPECT_EQ(a.repetitions, b.repetitions) << name << " " << a.workload;
      EXPECT_EQ(a.check.ok, b.check.ok);
      EXPECT_EQ(a.label, b.label);
      if (a.values.contains("counter.size")) {
        EXPECT_EQ(number(a, "counter.size"), number(b, "counter.size"));
      }
      if (!a.values.contains("work.items")) continue;
      EXPECT_NEAR(number(a, "work.items") / number(b, "work.items"), 1, 0.2) << name << " " << a.workload;
    }
  }
}

TEST(GoogleBenchmark, export_of_our_own_run_has_rates_and_statistics) {
  Report report;
  hpct::Run run;
  run.workload = "w";
  run.variant = "v";
  run.check.ok = true;
  for (const std::int64_t ms : {10, 20, 40})
    run.repetitions.push_back({.wall_ns = ms * 1'000'000, .cpu_ns = 5, .disturbance = {}});
  run.values = {{"work.items", Value::of(100, "row", Provenance::counted)},
                {"instructions", Value::of(7, "1", Provenance::measured)},
                {"cycles", Value::missing("1", MissingReason::no_pmu)}};
  report.runs = {run};
  const auto entries = google_benchmark_of(report).entries;
  ASSERT_THAT(entries, SizeIs(7));  // three repetitions, mean, median, stddev, cv
  EXPECT_EQ(entries[1].counters.at("items_per_second"), 5000);
  EXPECT_EQ(entries[4].aggregate, "median");
  EXPECT_EQ(entries[4].counters.at("instructions"), 7);
  EXPECT_FALSE(entries[4].counters.contains("cycles"));
  EXPECT_NEAR(entries[5].real_s, 0.015275, 1e-6);  // sqrt((13.3^2 + 3.3^2 + 16.7^2) / 2) ms
}

TEST(GoogleBenchmark, export_of_a_wrong_result_is_an_error) {
  Report report;
  report.runs.emplace_back();
  report.runs[0].workload = "w";
  report.runs[0].check = {.ok = false, .reference = "r", .message = "off by one"};
  EXPECT_EQ(google_benchmark_of(report).entries.at(0).error, "off by one");
}

TEST(GoogleBenchmark, a_file_that_was_cut_off_says_so) {
  auto text = sample("1.7-repetitions.json");
  text.resize(text.size() / 2);
  EXPECT_THAT(complaint(text), HasSubstr("ends in the middle"));
}

TEST(GoogleBenchmark, wrong_types_are_refused_with_their_place) {
  EXPECT_EQ(complaint(with_entry(R"("name": 5)")), "x.json: /benchmarks/0/name: expected a text");
  EXPECT_EQ(complaint(with_entry(R"("name": "a", "real_time": "1")")),
            "x.json: /benchmarks/0/real_time: expected a number");
  EXPECT_EQ(complaint(with_entry(R"("name": "a", "real_time": 1, "iterations": -4)")),
            "x.json: /benchmarks/0/iterations: expected a whole number from 0");
  EXPECT_EQ(complaint(with_entry(R"("name": "a", "real_time": 1, "threads": 1e300)")),
            "x.json: /benchmarks/0/threads: expected a whole number from 1");
  EXPECT_EQ(complaint(with_entry(R"("name": "a", "real_time": 1, "time_unit": "h")")),
            "x.json: /benchmarks/0/time_unit: expected ns, us, ms or s");
  EXPECT_EQ(complaint(with_entry(R"("name": "a")")), "x.json: /benchmarks/0/real_time: expected a number");
  EXPECT_EQ(complaint(R"({"context": {}, "benchmarks": [3]})"), "x.json: /benchmarks/0: expected an object");
  EXPECT_EQ(complaint(R"({"context": [], "benchmarks": []})"), "x.json: /context: expected an object");
  EXPECT_THAT(complaint(R"({"context": {}, "benchmarks": {}})"),
              HasSubstr("no context and list of benchmarks"));
  EXPECT_THAT(complaint(with_entry(R"("name": "a", "real_time": 1e999)")), HasSubstr("x.json"));
}

}  // namespace
}  // namespace hpct
