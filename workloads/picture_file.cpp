// SPDX-License-Identifier: Apache-2.0
#include "workloads/picture_file.h"

#include <fmt/format.h>
#include <png.h>

#include <string>

#include "reports/file_io.h"

namespace hpct {
namespace {

std::string encode_ppm(const Picture& picture) {
  auto text = fmt::format("P6\n{} {}\n255\n", picture.width, picture.height);
  text.append(picture.rgb.begin(), picture.rgb.end());
  return text;
}

Expected<std::string> encode_png(const Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  const auto* pixels = picture.rgb.data();
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);  // so that it is compressed only once
  std::string text(bytes, '\0');
  const int written = png_image_write_to_memory(&image, text.data(), &bytes, 0, pixels, 0, nullptr);
  if (written == 0) return fail(ErrorCode::failed, fmt::format("libpng: {}", image.message));
  text.resize(bytes);
  return text;
}

}  // namespace

Expected<void> check_picture_name(const std::filesystem::path& file) {
  if (file.extension() == ".png" || file.extension() == ".ppm") return {};
  return fail(ErrorCode::usage, fmt::format("\"{}\" names no picture format", file.string()),
              "end the name in .png or .ppm");
}

Expected<void> write_picture(const std::filesystem::path& file, const Picture& picture) {
  if (auto named = check_picture_name(file); !named) return named;
  const auto text =
      file.extension() == ".png" ? encode_png(picture) : Expected<std::string>(encode_ppm(picture));
  if (!text) return tl::unexpected(text.error());
  auto written = write_file_atomically(file, *text);
  if (!written && written.error().hint.empty())
    written.error().hint = "choose a folder that exists and that you may write to";
  return written;
}

}  // namespace hpct
