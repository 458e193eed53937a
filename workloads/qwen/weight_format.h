// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hpct::qwen {

/// How the elements of a matrix are stored. Rows are stored one after the other; a row is a whole number of
/// blocks. q8 and q4 are GGUF's Q8_0 and Q4_0, byte by byte, so that a file can be used where it lies; q4g128
/// has blocks of 128 with a zero point (weight_kernels.h).
enum class Format { f32, f16, bf16, q8, q4, q4g128 };

/// "f32", "f16", "bf16", "int8", "int4", "int4g128".
std::string_view name_of(Format format);

/// Elements that are stored together: 32 or 128 for the block formats, 1 for the others.
std::int64_t block_size(Format format);

/// Of `count` elements, a whole number of blocks.
std::int64_t bytes_of(Format format, std::int64_t count);

/// 4, 2, 2, 1.0625, 0.5625, 0.5234375: scales and zero points included.
double bytes_per_weight(Format format);

/// Products with such weights are made of 8-bit numbers: their vector is rounded first.
inline bool rounds(Format format) {
  return format == Format::q8 || format == Format::q4 || format == Format::q4g128;
}

/// `count` elements, a whole number of blocks, as floats: exact up to the one product with the scale.
void expand(Format format, const std::byte* from, std::int64_t count, float* to);

}  // namespace hpct::qwen
