// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace hpct {

/// 8-bit red, green, blue, three bytes per pixel, rows from the top, no padding.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;
};

/// Usage error unless the name ends in .png or .ppm.
Expected<void> check_picture_name(const std::filesystem::path& file);

/// Writes PNG or binary PPM as the name says, whole or not at all.
Expected<void> write_picture(const std::filesystem::path& file, const Picture& picture);

}  // namespace hpct
