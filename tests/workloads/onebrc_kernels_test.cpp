// SPDX-License-Identifier: Apache-2.0
// Every kernel against the brute-force script or against naive, on files made to be difficult.
#include <gtest/gtest.h>

#include "tests/temporary_folder.h"
#include "tests/workloads/guarded_text.h"
#include "tests/workloads/onebrc_files.h"

namespace hpct::onebrc {
namespace {

std::string naive_result(const std::filesystem::path& file) {
  const auto tallies = aggregate_naively(file);
  return tallies ? format_results(*tallies) : tallies.error().message;
}

/// Compares naive and every kernel, at several chunk sizes and thread counts, with the script.
void expect_exact(std::string_view text) {
  const TemporaryFolder folder;
  const auto file = folder / "rows.txt";
  write_text(file, text);
  const auto expected = brute_force_result(file);
  EXPECT_EQ(naive_result(file), expected);
  for (const auto* kernel : runnable_kernels(onebrc_kernels()))
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{17}, std::size_t{5000}, kChunkBytes})
      for (const int threads : {1, 3})
        ASSERT_EQ(kernel_result(*kernel, text, threads, chunk), expected)
            << kernel->isa << ", chunks of " << chunk;
}

/// The same for so many copies of the text that the vector kernels do not take it as too short.
void expect_exact_when_repeated(std::string_view lines) {
  std::string text;
  while (text.size() < 20'000) text += lines;
  expect_exact(text);
}

std::vector<std::string> names_of_length(Random& random, std::size_t count, std::size_t low,
                                         std::size_t high) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(random_name(random, between(random, low, high)));
  return names;
}

TEST(OnebrcKernels, one_row) { expect_exact("a;1.2\n"); }

TEST(OnebrcKernels, one_row_without_a_newline) { expect_exact("a;-1.2"); }

TEST(OnebrcKernels, every_temperature) {
  std::string text;
  for (int tenths = -999; tenths <= 999; ++tenths)
    text += "x" + std::to_string(tenths + 999) + ";" + format_tenths(tenths) + "\n";
  expect_exact_when_repeated(text + "zero;-0.0\n");
}

TEST(OnebrcKernels, leading_zeros) { expect_exact_when_repeated("a;05.1\nb;-00.3\na;00.0\n"); }

TEST(OnebrcKernels, names_that_end_like_a_number_starts) {
  expect_exact_when_repeated("x-;1.2\nx;-1.2\nx-1;2.3\nx-;12.3\n-;9.9\n--;-9.9\n-1.2;-1.2\n");
}

TEST(OnebrcKernels, ties_of_the_mean) {
  expect_exact_when_repeated("a;0.1\na;0.2\nb;-0.1\nb;-0.2\nc;-0.1\nc;0.0\nd;0.0\nd;0.1\ne;-12.3\ne;-12.4\n");
}

TEST(OnebrcKernels, names_of_every_length) {
  std::string text;
  for (std::size_t length = 1; length <= 100; ++length)
    for (const char* number : {"1.2", "-1.2", "12.3", "-12.3"})
      text += std::string(length, 'n') + ";" + number + "\n";
  expect_exact_when_repeated(text);
}

TEST(OnebrcKernels, names_that_differ_in_the_last_byte_only) {
  for (const std::size_t length : {1, 7, 8, 9, 16, 24, 30, 31, 32, 33, 64, 100}) {
    Random random(length);
    std::vector<std::string> names;
    for (char last = 'a'; last <= 'z'; ++last) names.push_back(std::string(length - 1, 'p') + last);
    expect_exact(rows_of(random, names, 400));
  }
}

TEST(OnebrcKernels, a_name_that_is_a_prefix_of_another) {
  Random random(1);
  std::vector<std::string> names;
  for (std::size_t length = 1; length <= 100; length += 3) names.push_back(std::string(length, 'q'));
  expect_exact(rows_of(random, names, 3000));
}

TEST(OnebrcKernels, names_of_zero_bytes) {
  Random random(2);
  std::vector<std::string> names;
  for (std::size_t length = 1; length <= 100; ++length) names.emplace_back(length, '\0');
  expect_exact(rows_of(random, names, 2000));
}

TEST(OnebrcKernels, ten_thousand_names_with_a_long_common_prefix) {
  Random random(3);
  for (const std::size_t prefix : {20, 90}) {
    std::vector<std::string> names;
    for (int i = 0; i < 10'000; ++i) names.push_back(std::string(prefix, 'p') + std::to_string(i));
    std::string text;
    for (const auto& name : names) text += name + ";1.0\n";
    text += rows_of(random, names, 40'000);
    const TemporaryFolder folder;
    write_text(folder / "rows.txt", text);
    const auto expected = naive_result(folder / "rows.txt");
    for (const auto* kernel : runnable_kernels(onebrc_kernels()))
      ASSERT_TRUE(kernel_result(*kernel, text, 2, 300'000) == expected) << kernel->isa;
  }
}

TEST(OnebrcKernels, random_files_equal_the_script) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Random random(seed);
    const std::size_t longest = seed % 3 == 0 ? 100 : seed % 3 == 1 ? 34 : 8;
    const auto names = names_of_length(random, between(random, 1, 300), 1, longest);
    expect_exact(rows_of(random, names, between(random, 1, 4000)));
  }
}

TEST(OnebrcKernels, the_shortest_first_line_is_not_read_from_in_front_of_the_text) {
  std::string text;
  while (text.size() < 20'000) text += "a;1.2\nb;-3.4\n";
  const GuardedText at_page_start(text, GuardedText::Guard::before);
  for (const auto* kernel : runnable_kernels(onebrc_kernels()))
    EXPECT_EQ(kernel_result(*kernel, at_page_start.view()), "{a=1.2/1.2/1.2, b=-3.4/-3.4/-3.4}")
        << kernel->isa;
}

TEST(OnebrcKernels, sums_of_one_part_may_leave_32_bits) {
  constexpr int kRows = 6'000'000;  // half of them times 999 tenths is more than 2^31
  std::string text;
  for (int i = 0; i < kRows; ++i) text += i % 2 == 0 ? "hot;99.9\n" : "cold;-99.9\n";
  for (const auto* kernel : runnable_kernels(onebrc_kernels())) {
    ThreadTeam team(1);
    std::deque<SlotTable> tables(1);
    const Tallies expected{{"cold", -999LL * kRows / 2, kRows / 2, -999, -999},
                           {"hot", 999LL * kRows / 2, kRows / 2, 999, 999}};
    EXPECT_EQ(aggregate(*kernel, text, team, tables, text.size()), expected) << kernel->isa;
  }
}

TEST(OnebrcKernels, an_empty_text_has_no_stations) {
  for (const auto* kernel : runnable_kernels(onebrc_kernels()))
    EXPECT_EQ(kernel_result(*kernel, ""), "{}") << kernel->isa;
}

TEST(OnebrcKernels, a_table_can_be_used_again) {
  for (const auto* kernel : runnable_kernels(onebrc_kernels())) {
    ThreadTeam team(1);
    std::deque<SlotTable> tables(1);
    Random random(4);
    const auto big = rows_of(random, names_of_length(random, 3000, 3, 60), 60'000);
    const auto first = aggregate(*kernel, big, team, tables);
    EXPECT_EQ(format_results(aggregate(*kernel, "a;1.2\n", team, tables)), "{a=1.2/1.2/1.2}") << kernel->isa;
    EXPECT_EQ(aggregate(*kernel, big, team, tables), first) << kernel->isa;
  }
}

}  // namespace
}  // namespace hpct::onebrc
