// SPDX-License-Identifier: Apache-2.0
// Ten thousand random legal files, each through every way of aggregating one.
#include <gtest/gtest.h>

#include "tests/temporary_folder.h"
#include "tests/workloads/guarded_text.h"
#include "tests/workloads/onebrc_files.h"
#include "tests/workloads/onebrc_random_files.h"
#include "workloads/onebrc/brute_force.h"

namespace hpct::onebrc {
namespace {

constexpr int kFilesPerSeed = 1000;

/// One thousand of the ten.
class OnebrcProperty : public ::testing::TestWithParam<int> {
 protected:
  RandomFiles files_{static_cast<std::uint64_t>(GetParam())};
};

std::string text_of(const Expected<Tallies>& tallies) {
  return tallies ? format_results(*tallies) : tallies.error().message;
}

TEST_P(OnebrcProperty, every_rung_is_exact_and_reads_nothing_in_front_of_the_text_or_behind_it) {
  Crew alone(1);
  Crew pair(2);
  for (int i = 0; i < kFilesPerSeed; ++i) {
    const auto file = files_.next();
    const GuardedText at_page_end(file.text, GuardedText::Guard::behind);
    const GuardedText at_page_start(file.text, GuardedText::Guard::before);
    for (const auto& rung : rungs()) {
      if (!cpu_supports(rung.isa)) continue;
      const auto text = files_.one_in(2) ? at_page_end.view() : at_page_start.view();
      const auto got = format_results(rung.aggregate(text, rung.parallel ? pair : alone));
      ASSERT_TRUE(got == file.result) << rung.name << ", file " << i << "\n" << file.text;
    }
  }
}

TEST_P(OnebrcProperty, every_kernel_is_exact_wherever_chunks_end) {
  Crew pair(2);
  for (int i = 0; i < kFilesPerSeed; ++i) {
    const auto file = files_.next();
    const auto chunk = files_.one_in(2) ? files_.between(1, 64) : files_.between(64, 20'000);
    for (const auto* kernel : runnable_kernels(onebrc_kernels())) {
      const auto got = format_results(aggregate(*kernel, file.text, pair.team, pair.tables, chunk));
      ASSERT_TRUE(got == file.result) << kernel->isa << ", file " << i << ", chunks of " << chunk << "\n"
                                      << file.text;
    }
  }
}

TEST_P(OnebrcProperty, naive_and_the_check_of_a_users_file_are_exact) {
  const TemporaryFolder folder;
  const auto path = folder / "rows.txt";
  NoProgress progress;
  for (int i = 0; i < kFilesPerSeed; ++i) {
    const auto file = files_.next();
    write_text(path, file.text);
    ASSERT_TRUE(text_of(aggregate_naively(path)) == file.result) << "file " << i << "\n" << file.text;
    ASSERT_TRUE(text_of(brute_force(path, progress)) == file.result) << "file " << i << "\n" << file.text;
  }
}

TEST_P(OnebrcProperty, a_carriage_return_at_the_end_of_any_line_is_refused_with_its_number) {
  const TemporaryFolder folder;
  const auto path = folder / "rows.txt";
  NoProgress progress;
  for (int i = 0; i < kFilesPerSeed / 5; ++i) {
    auto text = files_.next().text;
    if (text.back() != '\n') text += '\n';
    const auto line = files_.between(1, static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
    std::size_t at = 0;
    for (std::size_t n = 1; n < line; ++n) at = text.find('\n', at) + 1;
    text.insert(text.find('\n', at), "\r");
    write_text(path, text);
    const auto refused = brute_force(path, progress);
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().message,
              path.string() + ":" + std::to_string(line) + ": the line ends in CR LF; only LF is allowed");
  }
}

INSTANTIATE_TEST_SUITE_P(, OnebrcProperty, ::testing::Range(0, 10));

}  // namespace
}  // namespace hpct::onebrc
