// SPDX-License-Identifier: Apache-2.0
#include "workloads/picture_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace hpct {
namespace {

/// The first two pixels red and green, the rest black.
Picture small_picture() {
  Picture picture{3, 2, std::vector<std::uint8_t>(18, 0)};
  picture.rgb[0] = 255;
  picture.rgb[4] = 255;
  return picture;
}

/// Writes and reads back; the file is removed.
std::string written(const std::string& extension) {
  const auto file =
      std::filesystem::path(::testing::TempDir()) / fmt::format("picture_file_{}{}", ::getpid(), extension);
  EXPECT_TRUE(write_picture(file, small_picture()));
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  std::filesystem::remove(file);
  return content.str();
}

TEST(PictureFile, ppm_is_a_header_and_the_bytes) {
  EXPECT_EQ(written(".ppm"), std::string("P6\n3 2\n255\n\xFF\0\0\0\xFF\0\0\0\0\0\0\0\0\0\0\0\0\0", 11 + 18));
}

/// Big-endian number at `offset` of a PNG.
std::uint32_t big_endian(const std::string& text, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<std::uint8_t>(text.at(offset + i));
  return number;
}

TEST(PictureFile, png_has_its_signature) { EXPECT_EQ(written(".png").substr(0, 8), "\x89PNG\r\n\x1a\n"); }

TEST(PictureFile, png_says_its_size) {
  const auto png = written(".png");  // signature 8, chunk length 4, "IHDR" 4, then width and height
  EXPECT_EQ(png.substr(12, 4), "IHDR");
  EXPECT_EQ(big_endian(png, 16), 3U);
  EXPECT_EQ(big_endian(png, 20), 2U);
}

TEST(PictureFile, png_is_complete) {
  const auto png = written(".png");
  EXPECT_EQ(png.substr(png.size() - 8, 4), "IEND");
}

TEST(PictureFile, another_extension_is_a_usage_error_with_a_hint) {
  const auto checked = check_picture_name("a.jpeg");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::usage);
  EXPECT_FALSE(checked.error().hint.empty());
}

TEST(PictureFile, a_missing_folder_is_an_io_error) {
  const auto result = write_picture("/no/such/folder/a.png", small_picture());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace hpct
