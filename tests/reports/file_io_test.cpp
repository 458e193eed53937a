// SPDX-License-Identifier: Apache-2.0
#include "reports/file_io.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/temporary_folder.h"

namespace hpct {
namespace {

TEST(FileIo, missing_file_is_an_io_error_that_names_it) {
  const auto text = read_file("/nowhere/x.hpct.json");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::io);
  EXPECT_THAT(text.error().message, ::testing::HasSubstr("/nowhere/x.hpct.json"));
}

TEST(FileIo, a_folder_is_not_read_as_a_file) {
  const TemporaryFolder folder;
  EXPECT_THAT(read_file(folder.path()).error().message, ::testing::HasSubstr("is a folder"));
}

TEST(FileIo, writing_leaves_nothing_but_the_file) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(folder / "a.json", "hello"));
  EXPECT_EQ(*read_file(folder / "a.json"), "hello");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(FileIo, a_failed_write_keeps_the_old_content_and_no_temporary) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "taken.json" / "inside");  // a folder cannot be replaced
  const auto written = write_file_atomically(folder / "taken.json", "new");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(FileIo, a_pipe_is_refused_and_not_waited_for) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(read_file(folder / "pipe").error().message, ::testing::HasSubstr("not a regular file"));
}

TEST(FileIo, a_pipe_is_not_replaced_by_a_file) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(write_file_atomically(folder / "pipe", "x"));
  EXPECT_TRUE(std::filesystem::is_fifo(folder / "pipe"));
}

TEST(FileIo, writing_through_a_link_keeps_the_link) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(folder / "real", "old"));
  std::filesystem::create_symlink(folder / "real", folder / "link");
  ASSERT_TRUE(write_file_atomically(folder / "link", "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(*read_file(folder / "real"), "new");
}

TEST(FileIo, a_full_disk_says_so) {
  const auto written = write_file_atomically("/dev/full/x", "x");
  ASSERT_FALSE(written);
  EXPECT_FALSE(written.error().message.empty());
}

}  // namespace
}  // namespace hpct
