// SPDX-License-Identifier: Apache-2.0
#include "reports/zstandard.h"

#include <fmt/format.h>
#include <zstd.h>

#include <memory>

namespace hpct {
namespace {

/// The fastest that more than halves columns of small numbers; higher levels gain a tenth at many times
/// the time.
constexpr int kLevel = 3;

tl::unexpected<Error> damaged(const std::string& name, std::string_view why) {
  return fail(ErrorCode::bad_file, fmt::format("{} is damaged: {}", name, why),
              "copy it again, or measure again");
}

}  // namespace

bool is_compressed(std::string_view bytes) { return bytes.starts_with("\x28\xb5\x2f\xfd"); }

Expected<std::string> compress(std::string_view text) {
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  const auto size = ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), kLevel);
  if (ZSTD_isError(size) != 0)
    return fail(ErrorCode::io, fmt::format("cannot compress: {}", ZSTD_getErrorName(size)));
  bytes.resize(size);
  return bytes;
}

/// Piece by piece: the size that a damaged file claims is not to be believed.
Expected<std::string> decompress(std::string_view bytes, const std::string& name) {
  const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(),
                                                                             ZSTD_freeDStream);
  std::string text;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::size_t left = 1;
  while (in.pos < in.size) {
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return damaged(name, ZSTD_getErrorName(left));
    text.append(piece, 0, out.pos);
  }
  while (left != 0) {  // what did not fit into the last piece
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return damaged(name, ZSTD_getErrorName(left));
    if (out.pos == 0 && left != 0) return damaged(name, "it ends too early");
    text.append(piece, 0, out.pos);
  }
  return text;
}

}  // namespace hpct
