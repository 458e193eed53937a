// SPDX-License-Identifier: Apache-2.0
#include "reports/report_io.h"

#include <gmock/gmock.h>

#include "tests/reports/sample.h"
#include "tests/temporary_folder.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ReportIo, a_report_is_the_same_after_writing_and_reading) {
  const auto report = full_report();
  const auto again = parse_report(to_json(report), "x");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, report);
}

TEST(ReportIo, integers_above_2_to_53_travel_as_text) {
  EXPECT_THAT(to_json(full_report()), HasSubstr("\"wall_ns\": \"9007199254740993\""));
}

TEST(ReportIo, a_missing_value_has_a_reason_and_no_number) {
  auto report = full_report();
  report.runs[0].values = {{"cycles", Value::missing("1", MissingReason::permission)}};
  const auto text = to_json(report);
  EXPECT_THAT(text, HasSubstr("\"reason\":\"permission\""));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("\"number\":0")));
}

TEST(ReportIo, a_truncated_report_names_the_line_where_it_ends) {
  const auto text = to_json(full_report());
  const auto result = parse_report(text.substr(0, text.find("\"machine\"")), "cut.hpct.json");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::bad_file);
  EXPECT_THAT(result.error().message,
              ::testing::MatchesRegex("cut.hpct.json:[0-9]+: the file ends in the middle"));
}

TEST(ReportIo, a_wrong_type_names_its_json_path) {
  const auto text = replaced(to_json(full_report()), "\"threads\": 2,\n      \"check\"",
                             "\"threads\": \"two\",\n      \"check\"");
  EXPECT_EQ(parse_report(text, "x").error().message,
            "x: /runs/0/threads: expected an integer, found a string");
}

TEST(ReportIo, a_missing_field_names_its_json_path) {
  const auto text = replaced(to_json(full_report()), "\"cpu_ns\"", "\"cpu_us\"");
  EXPECT_EQ(parse_report(text, "x").error().message, "x: /runs/0/repetitions/0/cpu_ns is missing");
}

TEST(ReportIo, a_value_without_number_that_is_not_missing_is_refused) {
  const auto text = replaced(to_json(full_report()), "\"number\":0.25,", "");
  EXPECT_THAT(parse_report(text, "x").error().message,
              HasSubstr("/runs/0/values/time.wall/number is missing"));
}

TEST(ReportIo, an_unknown_key_is_ignored) {
  const auto text = replaced(to_json(full_report()), "\"created\"", "\"colour\": \"blue\", \"created\"");
  EXPECT_TRUE(parse_report(text, "x"));
}

TEST(ReportIo, a_newer_schema_is_refused_with_what_to_do) {
  const auto result =
      parse_report(replaced(to_json(full_report()), "\"schema_version\": 1", "\"schema_version\": 99"), "x");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("schema version 99"));
  EXPECT_THAT(result.error().hint, HasSubstr("update hpct-prof"));
}

TEST(ReportIo, other_json_is_not_taken_for_a_report) {
  EXPECT_THAT(parse_report("{\"benchmarks\": []}", "gb.json").error().message,
              HasSubstr("not an hpct report"));
  EXPECT_THAT(parse_report("[]", "list.json").error().message, HasSubstr("not an hpct report"));
  EXPECT_THAT(parse_report("", "empty.json").error().message, HasSubstr("empty.json:1: the file ends"));
}

TEST(ReportIo, text_that_is_not_utf8_does_not_lose_the_report) {
  auto report = full_report();
  report.command = {"\xff\xfe"};
  EXPECT_TRUE(parse_report(to_json(report), "x"));
}

TEST(ReportIo, a_written_file_reads_back) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_report(full_report(), folder / "r.hpct.json"));
  EXPECT_EQ(*read_report(folder / "r.hpct.json"), full_report());
}

}  // namespace
}  // namespace hpct
