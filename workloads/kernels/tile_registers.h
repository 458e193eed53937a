// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>
#include <stdint.h>

/// AMX: eight registers of 16 rows of 64 bytes, tmm0 to tmm7. The compiler's own functions are macros that
/// want the register's number spelled out; these take it as a template argument.
namespace hpct {
namespace {

/// All eight registers whole. Rows and bytes per row of each, in the order the CPU reads them.
struct TileShapes {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

inline void begin_tiles() {
  const TileShapes shapes;
  asm volatile("ldtilecfg %0" : : "m"(shapes));
}

inline void end_tiles() { asm volatile("tilerelease"); }

template <int kTile>
inline __attribute__((always_inline)) void tile_zero() {
  asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
}

/// 16 rows of 64 bytes, `stride` bytes apart.
template <int kTile>
inline __attribute__((always_inline)) void tile_load(const void* from, int64_t stride) {
  asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(stride), "i"(kTile) : "memory");
}

template <int kTile>
inline __attribute__((always_inline)) void tile_store(void* to, int64_t stride) {
  asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(stride), "i"(kTile) : "memory");
}

/// Sums, float [16][16], += left, bf16 [16][32], times right, bf16 [16 pairs][16][2].
template <int kSums, int kLeft, int kRight>
inline __attribute__((always_inline)) void tile_multiply_bf16() {
  asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSums), "i"(kLeft), "i"(kRight));
}

/// Sums, int32 [16][16], += left, signed bytes [16][64], times right, signed bytes [16 quads][16][4].
template <int kSums, int kLeft, int kRight>
inline __attribute__((always_inline)) void tile_multiply_int8() {
  asm volatile("tdpbssd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSums), "i"(kLeft), "i"(kRight));
}

}  // namespace
}  // namespace hpct
