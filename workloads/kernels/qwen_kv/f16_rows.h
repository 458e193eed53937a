// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/attend512.h"
#include "workloads/qwen/kv_kernels.h"

namespace hpct::qwen {
namespace {

/// Half precision whose exponent is moved into that of a float by shifts alone, which makes it 2^112 times
/// too small: what it is multiplied with makes up for it. Two to four times fewer instructions than the
/// conversion, which takes 16 bits from where a dword has two of them.
struct F16Rows {
  static constexpr float kFactor = 0x1p112F;
  static __m512 moved(__m512i dwords) {
    const __m512i parts = _mm512_set1_epi32(static_cast<int>(0x8FFFE000U));
    return _mm512_castsi512_ps(_mm512_and_si512(_mm512_srai_epi32(dwords, 3), parts));
  }
  static __m512 even(__m512i dwords) { return moved(_mm512_slli_epi32(dwords, 16)); }
  static __m512 odd(__m512i dwords) { return moved(dwords); }
};

inline void attend_f16_blocks(const AttendRows& part) {
  attend_rows<F16Rows>({.queries = part.queries,
                        .keys = static_cast<const uint16_t*>(part.keys),
                        .values = static_cast<const uint16_t*>(part.values),
                        .group = part.group,
                        .dim = part.dim,
                        .count = part.count,
                        .scores = nullptr,
                        .sums = part.sums,
                        .largest = part.largest,
                        .weights = part.weights});
}

}  // namespace
}  // namespace hpct::qwen
