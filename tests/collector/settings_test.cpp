// SPDX-License-Identifier: Apache-2.0
#include "collector/settings.h"

#include <gmock/gmock.h>

namespace hpct {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Parameter> parameters() {
  return {{"rows", Scalar{std::int64_t{1000}}, "", 1, 1e12, {}},
          {"seed", Scalar{std::int64_t{1}}, "", {}, {}, {}},
          {"tolerance", Scalar{0.5}, "", 0, {}, {}},
          {"stations", Scalar{std::string("reference")}, "", {}, {}, {"reference", "many"}},
          {"label", Scalar{std::string("none")}, "", {}, {}, {}}};
}

const WorkloadInfo kInfo{.name = "toy",
                         .summary = "",
                         .role = "workload",
                         .item = "row",
                         .parameters = parameters,
                         .variants = nullptr,
                         .make = nullptr};

Expected<Scalar> set(const std::string& assignment) {
  const auto all = resolve_parameters(kInfo, {assignment});
  if (!all) return tl::unexpected(all.error());
  return all->find(assignment.substr(0, assignment.find('=')))->second;
}

std::string complaint(const std::string& assignment) {
  const auto all = resolve_parameters(kInfo, {assignment});
  if (all) return "accepted";
  EXPECT_EQ(all.error().code, ErrorCode::usage);
  return all.error().message + " / " + all.error().hint;
}

TEST(Settings, suffixes_K_M_G_are_powers_of_1000) {
  EXPECT_EQ(parse_number("2K").value(), 2e3);
  EXPECT_EQ(parse_number("100M").value(), 1e8);
  EXPECT_EQ(parse_number("1.5G").value(), 1.5e9);
}

TEST(Settings, suffixes_Ki_Mi_Gi_are_powers_of_1024) {
  EXPECT_EQ(parse_number("64Ki").value(), 65536);
  EXPECT_EQ(parse_number("1Mi").value(), 1048576);
  EXPECT_EQ(parse_number("2Gi").value(), 2147483648.0);
}

TEST(Settings, a_lower_case_k_is_understood) { EXPECT_EQ(parse_number("3k").value(), 3000); }

TEST(Settings, what_is_no_finite_number_is_refused) {
  for (const char* text : {"", "M", "ten", "1X", "1 M", "nan", "inf", "1e999", "1e308G", "0x10", "1,5"})
    EXPECT_FALSE(parse_number(text)) << text;
}

TEST(Settings, defaults_fill_what_is_not_set) {
  const auto all = resolve_parameters(kInfo, {}).value();
  EXPECT_EQ(all.size(), 5U);
  EXPECT_EQ(all.find("rows")->second, Scalar{std::int64_t{1000}});
}

TEST(Settings, a_whole_number_may_be_written_with_suffix_or_exponent) {
  EXPECT_EQ(set("rows=100M").value(), Scalar{std::int64_t{100'000'000}});
  EXPECT_EQ(set("rows=1e6").value(), Scalar{std::int64_t{1'000'000}});
}

TEST(Settings, a_seed_above_2_to_53_arrives_digit_by_digit) {
  EXPECT_EQ(set("seed=9007199254740993").value(), Scalar{std::int64_t{9007199254740993}});
  EXPECT_EQ(set("seed=-9223372036854775808").value(), Scalar{std::numeric_limits<std::int64_t>::min()});
}

TEST(Settings, a_number_that_does_not_fit_64_bits_is_refused) {
  EXPECT_THAT(complaint("seed=9223372036854775808"), HasSubstr("2^63"));
  EXPECT_THAT(complaint("seed=1e30"), HasSubstr("2^63"));
}

TEST(Settings, a_fraction_is_no_whole_number) {
  EXPECT_THAT(complaint("rows=1.5"), HasSubstr("whole number"));
}

TEST(Settings, a_word_is_no_number) {
  EXPECT_THAT(complaint("rows=many"), HasSubstr("\"many\" is not a number"));
}

TEST(Settings, a_number_out_of_range_names_the_range) {
  EXPECT_THAT(complaint("rows=0"), HasSubstr("legal: 1 to 1000000000000"));
  EXPECT_THAT(complaint("tolerance=-1"), HasSubstr("legal: 0 or more"));
}

TEST(Settings, a_number_out_of_range_is_written_so_that_one_sees_by_how_much) {
  EXPECT_THAT(complaint("rows=1000000000001"), HasSubstr("rows = 1000000000001 is"));
  EXPECT_THAT(complaint("tolerance=-0.5"), HasSubstr("tolerance = -0.5 is"));
}

TEST(Settings, a_parameter_means_nothing_where_the_text_is_set_that_it_gives_way_to) {
  Parameter rows{"rows", Scalar{std::int64_t{1}}, "", {}, {}, {}, "input"};
  EXPECT_TRUE(means_nothing(rows, {{"input", std::string("file")}}));
  EXPECT_FALSE(means_nothing(rows, {{"input", std::string()}}));
  rows.unless = "";
  EXPECT_FALSE(means_nothing(rows, {{"input", std::string("file")}}));
}

TEST(Settings, a_real_parameter_stays_real) { EXPECT_EQ(set("tolerance=2").value(), Scalar{2.0}); }

TEST(Settings, a_choice_must_be_one_of_the_choices) {
  EXPECT_EQ(set("stations=many").value(), Scalar{std::string("many")});
  EXPECT_THAT(complaint("stations=referense"), HasSubstr("did you mean \"reference\"?"));
  EXPECT_THAT(complaint("stations=x"), HasSubstr("there is: reference, many"));
}

TEST(Settings, free_text_may_hold_anything) {
  EXPECT_EQ(set("label=a=b c").value(), Scalar{std::string("a=b c")});
  EXPECT_EQ(set("label=").value(), Scalar{std::string()});
}

TEST(Settings, an_unknown_parameter_suggests_the_nearest) {
  EXPECT_THAT(complaint("row=5"), HasSubstr("did you mean \"rows\"?"));
}

TEST(Settings, an_assignment_without_equals_says_how_to_write_it) {
  EXPECT_THAT(complaint("rows"), HasSubstr("--set name=value"));
}

TEST(Settings, the_last_assignment_wins) {
  EXPECT_EQ(resolve_parameters(kInfo, {"rows=5", "rows=7"})->find("rows")->second, Scalar{std::int64_t{7}});
}

TEST(Settings, numbers_are_written_short_where_no_digit_is_lost) {
  EXPECT_EQ(short_number(100'000'000), "100M");
  EXPECT_EQ(short_number(1'500'000), "1500K");
  EXPECT_EQ(short_number(2'000'000'000), "2G");
  EXPECT_EQ(short_number(1'500'001), "1500001");
  EXPECT_EQ(short_number(1000), "1000");
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(parse_number(short_number(-30'000)).value(), -30'000);
}

TEST(Settings, nearest_counts_a_swap_of_neighbours_as_one_mistake) {
  EXPECT_EQ(nearest("mandelbort", {"mandelbrot", "1brc"}), "mandelbrot");
}

TEST(Settings, nearest_understands_a_beginning) {
  EXPECT_EQ(nearest("qwen", {"mandelbrot", "qwen-decode"}), "qwen-decode");
}

TEST(Settings, nearest_stays_silent_about_something_else) {
  EXPECT_EQ(nearest("fluid", {"mandelbrot", "1brc", "qwen-decode"}), "");
}

TEST(Settings, nearest_is_not_slowed_down_by_a_huge_word) {
  EXPECT_EQ(nearest(std::string(50'000'000, 'x'), {"mandelbrot", "1brc"}), "");
}

TEST(Settings, nearest_of_nothing_is_nothing) { EXPECT_EQ(nearest("rows", {}), ""); }

TEST(Settings, typed_access_returns_the_parameter) {
  Settings settings;
  settings.parameters = resolve_parameters(kInfo, {"tolerance=0.25", "label=x"}).value();
  EXPECT_EQ(settings.integer("rows"), 1000);
  EXPECT_EQ(settings.real("tolerance"), 0.25);
  EXPECT_EQ(settings.text("label"), "x");
}

TEST(Settings, the_small_size_of_a_workload_is_a_list_of_assignments) {
  auto info = kInfo;
  info.small = "rows=10 seed=7";
  EXPECT_THAT(small_size_of(info), ElementsAre("rows=10", "seed=7"));
  EXPECT_THAT(small_size_of(kInfo), IsEmpty());
}

}  // namespace
}  // namespace hpct
