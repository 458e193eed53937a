// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/temporary_folder.h"
#include "tests/workloads/onebrc_files.h"
#include "workloads/onebrc/brute_force.h"
#include "workloads/onebrc/cached_data.h"
#include "workloads/onebrc/stations.h"

namespace hpct::onebrc {
namespace {

using ::testing::HasSubstr;

class OnebrcGenerator : public ::testing::Test {
 protected:
  Generated make(const DataSet& data, const std::filesystem::path& file, int threads = 2) {
    const auto made = generate(data, file, threads, progress_);
    EXPECT_TRUE(made) << made.error().message;
    return made.value_or(Generated{});
  }

  TemporaryFolder folder_;
  NoProgress progress_;
};

TEST_F(OnebrcGenerator, bytes_do_not_depend_on_the_number_of_threads) {
  const DataSet data{.stations = "413", .rows = 300'000, .seed = 7};
  const auto one = make(data, folder_ / "one", 1);
  const auto five = make(data, folder_ / "five", 5);
  EXPECT_TRUE(read_text(folder_ / "one") == read_text(folder_ / "five"));
  EXPECT_TRUE(one == five);
}

TEST_F(OnebrcGenerator, another_seed_gives_other_bytes) {
  make({.stations = "413", .rows = 1000, .seed = 1}, folder_ / "a");
  make({.stations = "413", .rows = 1000, .seed = 2}, folder_ / "b");
  EXPECT_NE(read_text(folder_ / "a"), read_text(folder_ / "b"));
}

TEST_F(OnebrcGenerator, a_shorter_file_is_the_beginning_of_a_longer_one) {
  make({.stations = "413", .rows = 1000, .seed = 1}, folder_ / "short");
  make({.stations = "413", .rows = 100'000, .seed = 1}, folder_ / "long");
  EXPECT_TRUE(read_text(folder_ / "long").starts_with(read_text(folder_ / "short")));
}

TEST_F(OnebrcGenerator, what_it_says_about_the_file_is_what_a_parser_finds) {
  for (const char* stations : {"413", "10k"}) {
    const auto made = make({.stations = stations, .rows = 150'000, .seed = 3}, folder_ / stations);
    EXPECT_EQ(made.bytes, read_text(folder_ / stations).size());
    const auto found = brute_force(folder_ / stations, progress_);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(made.tallies == *found) << stations;
    EXPECT_EQ(count_rows(made.tallies), 150'000);
  }
}

TEST_F(OnebrcGenerator, temperatures_spread_around_the_mean_of_the_station) {
  make({.stations = "413", .rows = 413 * 400, .seed = 1}, folder_ / "rows");
  const auto tallies = *brute_force(folder_ / "rows", progress_);
  const auto abha =
      std::find_if(tallies.begin(), tallies.end(), [](const Tally& t) { return t.name == "Abha"; });
  // Mean 18.0, standard error 10 / sqrt(400) = 0.5; five of them.
  EXPECT_NEAR(static_cast<double>(abha->sum) / static_cast<double>(abha->count), 180, 25);
  EXPECT_LT(abha->min, 180 - 150);
  EXPECT_GT(abha->max, 180 + 150);
}

TEST_F(OnebrcGenerator, leaves_nothing_behind_when_it_is_interrupted) {
  class Interrupting final : public Progress {
    void update(std::string_view, double, double) override { request_interrupt(); }
  };
  // A process of its own: the request cannot be taken back.
  EXPECT_EXIT(
      {
        Interrupting progress;
        const auto made =
            generate({.stations = "413", .rows = 1'000'000, .seed = 1}, folder_ / "rows", 2, progress);
        const bool stopped = !made && made.error().code == ErrorCode::interrupted;
        std::_Exit(stopped && std::filesystem::is_empty(folder_.path()) ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST_F(OnebrcGenerator, says_how_much_space_is_missing) {
  const auto made =
      generate({.stations = "413", .rows = 1'000'000'000'000'000, .seed = 1}, folder_ / "rows", 1, progress_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::io);
  EXPECT_THAT(made.error().message, HasSubstr("needs"));
  EXPECT_THAT(made.error().message, HasSubstr("has"));
  EXPECT_FALSE(made.error().hint.empty());
}

TEST_F(OnebrcGenerator, a_failing_write_is_an_error_of_the_system) {
  const auto made =
      generate({.stations = "413", .rows = 10, .seed = 1}, folder_ / "missing" / "rows", 1, progress_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::io);
}

TEST_F(OnebrcGenerator, cached_file_is_used_again) {
  const DataSet data{.stations = "10k", .rows = 20'000, .seed = 1};
  const auto first = cached_data(data, folder_.path(), progress_);
  ASSERT_TRUE(first) << first.error().message;
  const auto written = std::filesystem::last_write_time(first->file);
  const auto second = cached_data(data, folder_.path(), progress_);
  ASSERT_TRUE(second);
  EXPECT_EQ(std::filesystem::last_write_time(second->file), written);
  EXPECT_TRUE(second->content == first->content);
}

TEST_F(OnebrcGenerator, cached_file_that_was_cut_short_is_made_again) {
  const DataSet data{.stations = "413", .rows = 20'000, .seed = 1};
  const auto first = cached_data(data, folder_.path(), progress_);
  ASSERT_TRUE(first);
  std::filesystem::resize_file(first->file, 1000);
  const auto second = cached_data(data, folder_.path(), progress_);
  ASSERT_TRUE(second);
  EXPECT_EQ(std::filesystem::file_size(second->file), first->content.bytes);
}

TEST_F(OnebrcGenerator, cached_file_whose_facts_are_incomplete_is_made_again) {
  const DataSet data{.stations = "413", .rows = 20'000, .seed = 1};
  const auto first = cached_data(data, folder_.path(), progress_);
  ASSERT_TRUE(first);
  std::filesystem::resize_file(first->expected, 3000);
  const auto second = cached_data(data, folder_.path(), progress_);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->content == first->content);
}

TEST_F(OnebrcGenerator, what_a_killed_generation_left_behind_is_deleted) {
  write_text(folder_ / "1brc-413-1000-1.txt.99.tmp", "a;1.0");
  write_text(folder_ / "of_somebody_else.tmp", "a;1.0");
  ASSERT_TRUE(cached_data({.stations = "413", .rows = 10, .seed = 1}, folder_.path(), progress_));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "1brc-413-1000-1.txt.99.tmp"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "of_somebody_else.tmp"));
}

TEST_F(OnebrcGenerator, the_file_of_a_generation_at_work_is_left_alone) {
  class Cleaning final : public Progress {
   public:
    explicit Cleaning(std::filesystem::path folder) : folder_(std::move(folder)) {}
    void update(std::string_view, double, double) override { remove_leftovers(folder_); }

   private:
    std::filesystem::path folder_;
  };
  Cleaning cleaning(folder_.path());
  const auto made =
      generate({.stations = "413", .rows = 200'000, .seed = 1}, folder_ / "1brc-rows", 1, cleaning);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(std::filesystem::file_size(folder_ / "1brc-rows"), made->bytes);
}

TEST_F(OnebrcGenerator, cache_folder_that_cannot_be_made_is_an_error) {
  write_text(folder_ / "file", "");
  const auto cached =
      cached_data({.stations = "413", .rows = 10, .seed = 1}, folder_ / "file" / "cache", progress_);
  ASSERT_FALSE(cached);
  EXPECT_EQ(cached.error().code, ErrorCode::io);
}

TEST(OnebrcStations, challenge_list_has_413_names_between_its_first_and_last) {
  const auto set = station_set("413", 1);
  ASSERT_EQ(set.stations.size(), 413U);
  EXPECT_EQ(set.stations.front().name, "Abha");
  EXPECT_EQ(set.stations.front().mean_tenths, 180);
  EXPECT_EQ(set.sigma_tenths, 100);
}

TEST(OnebrcStations, ten_thousand_names_are_distinct_and_have_2_to_100_bytes) {
  const auto set = station_set("10k", 1);
  std::set<std::string> names;
  std::size_t shortest = 1000;
  std::size_t longest = 0;
  for (const auto& station : set.stations) {
    names.insert(station.name);
    shortest = std::min(shortest, station.name.size());
    longest = std::max(longest, station.name.size());
    EXPECT_EQ(station.name.find_first_of(";\n\r"), std::string::npos);
  }
  EXPECT_EQ(names.size(), 10'000U);
  EXPECT_EQ(shortest, 2U);
  EXPECT_GE(longest, 95U);
  EXPECT_LE(longest, 100U);
}

}  // namespace
}  // namespace hpct::onebrc
