// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/temporary_folder.h"
#include "tests/workloads/onebrc_files.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/onebrc/brute_force.h"
#include "workloads/onebrc/generator.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

Settings onebrc_settings(const std::filesystem::path& cache, const std::vector<std::string>& set,
                         int threads = 2) {
  auto settings = settings_for(find_workload("1brc"), threads, set);
  settings.cache = cache;
  return settings;
}

TEST(Onebrc, every_variant_is_exact_on_both_station_sets) {
  const auto& info = find_workload("1brc");
  for (const char* stations : {"stations=413", "stations=10k"}) {
    const TemporaryFolder folder;
    const auto settings = onebrc_settings(folder.path(), {stations, "rows=200K"});
    const auto workload = prepared(info, settings);
    for (const auto& variant : runnable_variants(info, settings))
      EXPECT_EQ(run_and_verify(*workload, variant), "") << stations;
  }
}

TEST(Onebrc, every_kernel_equals_the_script_on_both_station_sets) {
  NoProgress progress;
  const TemporaryFolder folder;
  for (const char* stations : {"413", "10k"}) {
    ASSERT_TRUE(
        onebrc::generate({.stations = stations, .rows = 100'000, .seed = 5}, folder / stations, 2, progress));
    const auto expected = onebrc::brute_force_result(folder / stations);
    const auto text = onebrc::read_text(folder / stations);
    for (const auto* kernel : runnable_kernels(onebrc_kernels()))
      EXPECT_TRUE(onebrc::kernel_result(*kernel, text, 2, 300'000) == expected) << kernel->isa << stations;
    EXPECT_TRUE(onebrc::format_results(*onebrc::aggregate_naively(folder / stations)) == expected)
        << stations;
    EXPECT_TRUE(onebrc::format_results(*onebrc::brute_force(folder / stations, progress)) == expected)
        << stations;
  }
}

TEST(Onebrc, more_threads_than_chunks_are_exact) {
  const auto& info = find_workload("1brc");
  const TemporaryFolder folder;
  const auto settings = onebrc_settings(folder.path(), {"rows=10"}, 5);
  const auto workload = prepared(info, settings);
  for (const auto& variant : runnable_variants(info, settings))
    EXPECT_EQ(run_and_verify(*workload, variant), "");
}

TEST(Onebrc, reads_the_users_own_file) {
  const auto& info = find_workload("1brc");
  const TemporaryFolder folder;
  onebrc::write_text(folder / "own", "b;-1.5\na;2.0\nb;1.4");
  const auto settings = onebrc_settings(folder.path(), {"input=" + (folder / "own").string()});
  const auto workload = prepared(info, settings);
  for (const auto& variant : runnable_variants(info, settings))
    EXPECT_EQ(run_and_verify(*workload, variant), "");
  const auto work = workload->work({});
  EXPECT_EQ(work.total.items->amount, 3);
  EXPECT_EQ(work.total.bytes_read->amount, 18);
  EXPECT_FALSE(work.total.flops);
}

TEST(Onebrc, declares_the_lines_and_bytes_of_the_file_that_it_generates) {
  const auto& info = find_workload("1brc");
  for (const char* stations : {"stations=413", "stations=10k"}) {
    const TemporaryFolder folder;
    const auto settings = onebrc_settings(folder.path(), {"rows=12345", stations});
    const auto workload = prepared(info, settings);
    const auto variant = info.variants(settings).front();
    ASSERT_EQ(run_and_verify(*workload, variant), "");
    const auto work = workload->work(variant).total;
    std::string text;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
      if (entry.is_regular_file() && entry.path().extension() == ".txt")
        text = onebrc::read_text(entry.path());
    EXPECT_EQ(work.items->amount, std::count(text.begin(), text.end(), '\n')) << stations;
    EXPECT_EQ(work.bytes_read->amount, static_cast<double>(text.size())) << stations;
  }
}

TEST(Onebrc, verify_names_the_station_that_differs) {
  const auto& info = find_workload("1brc");
  const TemporaryFolder folder;
  const auto file = folder / "own";
  onebrc::write_text(file, "a;2.0\nb;1.4\n");
  const auto written = std::filesystem::last_write_time(file);
  const auto settings = onebrc_settings(folder.path(), {"input=" + file.string()});
  const auto workload = prepared(info, settings);
  onebrc::write_text(file, "a;2.0\nb;1.5\n");
  std::filesystem::last_write_time(file, written);  // or it would be refused
  for (const auto& variant : runnable_variants(info, settings)) {
    if (variant.aside) continue;  // has the lines, not the temperatures
    EXPECT_THAT(run_and_verify(*workload, variant), HasSubstr("station \"b\"")) << variant.name;
  }
}

struct BadFile {
  const char* name;
  std::string content;
  const char* message;
};

class OnebrcBadFile : public ::testing::TestWithParam<BadFile> {};

TEST_P(OnebrcBadFile, is_refused_with_its_line) {
  const TemporaryFolder folder;
  const auto file = folder / "rows.txt";
  onebrc::write_text(file, GetParam().content);
  const auto workload =
      find_workload("1brc").make(onebrc_settings(folder.path(), {"input=" + file.string()}));
  ASSERT_TRUE(workload);
  NoProgress progress;
  const auto ready = (*workload)->prepare(progress);
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code, ErrorCode::bad_file);
  EXPECT_EQ(ready.error().message, file.string() + GetParam().message);
  EXPECT_FALSE(ready.error().hint.empty());
}

std::string too_many_names() {
  std::string text;
  for (int i = 0; i <= 10'000; ++i) text += std::to_string(i) + ";1.0\n";
  return text;
}

const char* const kNotANumber = "is not a number from -99.9 to 99.9 with one decimal";

INSTANTIATE_TEST_SUITE_P(
    , OnebrcBadFile,
    ::testing::Values(BadFile{"empty", "", " is empty"},
                      BadFile{"no_semicolon", "a;1.2\nb1.2\n", ":2: no ';' in this line"},
                      BadFile{"blank_line", "a;1.2\n\nb;1.2\n", ":2: no ';' in this line"},
                      BadFile{"only_a_newline", "\n", ":1: no ';' in this line"},
                      BadFile{"empty_name", ";1.2\n", ":1: the name is empty"},
                      BadFile{"long_name", std::string(101, 'x') + ";1.2\n",
                              ":1: the name has 101 bytes, at most 100 are allowed"},
                      BadFile{"windows_lines", "a;1.2\r\nb;1.2\r\n",
                              ":1: the line ends in CR LF; only LF is allowed"},
                      BadFile{"too_many_names", too_many_names(), ":10001: more than 10000 different names"}),
    [](const auto& tested) { return tested.param.name; });

TEST(OnebrcBadNumber, is_refused) {
  NoProgress progress;
  const TemporaryFolder folder;
  for (const char* number :
       {"",    "-",   ".",   "1",    "1.",   ".1",      "1.23", "100.0", "--1.0", "+1.0",
        "1,0", "1.a", "a.1", "1.0 ", " 1.0", "1.0;2.0", "-.1",  "1.-",   "nan",   "1e1"}) {
    onebrc::write_text(folder / "rows.txt", std::string("ok;1.0\nx;") + number + "\n");
    const auto tallies = onebrc::brute_force(folder / "rows.txt", progress);
    ASSERT_FALSE(tallies) << number;
    EXPECT_THAT(tallies.error().message, HasSubstr(":2: \"" + std::string(number) + "\" " + kNotANumber));
  }
}

TEST(OnebrcInput, missing_file_is_an_error_of_the_system) {
  NoProgress progress;
  const auto tallies = onebrc::brute_force("/nowhere/rows.txt", progress);
  ASSERT_FALSE(tallies);
  EXPECT_EQ(tallies.error().code, ErrorCode::io);
  EXPECT_THAT(tallies.error().message, HasSubstr("/nowhere/rows.txt"));
}

TEST(OnebrcInput, folder_is_an_error_of_the_system) {
  NoProgress progress;
  const TemporaryFolder folder;
  const auto tallies = onebrc::brute_force(folder.path(), progress);
  ASSERT_FALSE(tallies);
  EXPECT_EQ(tallies.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace hpct
