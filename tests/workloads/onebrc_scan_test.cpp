// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/temporary_folder.h"
#include "tests/workloads/onebrc_files.h"

namespace hpct::onebrc {
namespace {

std::int64_t lines_of(const std::filesystem::path& file, Scan scan, int threads = 2) {
  ThreadTeam team(threads);
  const auto lines = count_lines(file, scan, team);
  EXPECT_TRUE(lines) << lines.error().message;
  return lines.value_or(-1);
}

TEST(OnebrcScan, counts_a_last_line_without_newline) {
  const TemporaryFolder folder;
  write_text(folder / "rows", "a;1.0\nb;2.0");
  for (const auto& info : kScans) EXPECT_EQ(lines_of(folder / "rows", info.scan), 2) << info.name;
}

TEST(OnebrcScan, counts_nothing_in_an_empty_file) {
  const TemporaryFolder folder;
  write_text(folder / "rows", "");
  for (const auto& info : kScans) EXPECT_EQ(lines_of(folder / "rows", info.scan), 0) << info.name;
}

TEST(OnebrcScan, counts_every_newline_of_any_text_of_any_size) {
  const TemporaryFolder folder;
  Random random(5);
  for (const std::size_t size : {1UL, 63UL, 64UL, 65UL, 127UL * 64, 127UL * 64 + 1, 524'288UL, 600'001UL}) {
    std::string text(size, '\n');  // the byte-wide counters are fullest
    for (auto& c : text)
      if (random() % 8 == 0) c = static_cast<char>(random());
    text.back() = '\n';
    write_text(folder / "rows", text);
    for (const auto& info : kScans)
      EXPECT_EQ(lines_of(folder / "rows", info.scan), std::count(text.begin(), text.end(), '\n')) << size;
  }
}

TEST(OnebrcScan, missing_file_is_an_error_of_the_system) {
  ThreadTeam team(1);
  for (const auto& info : kScans) {
    const auto lines = count_lines("/nowhere/rows", info.scan, team);
    ASSERT_FALSE(lines);
    EXPECT_EQ(lines.error().code, ErrorCode::io);
  }
}

}  // namespace
}  // namespace hpct::onebrc
