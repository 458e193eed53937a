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

// Registers 0 to 3 hold sums wherever four chains are to hide a multiplication's latency: in memory they
// follow each other, 4 KiB.

inline __attribute__((always_inline)) void zero_sums() {
  tile_zero<0>();
  tile_zero<1>();
  tile_zero<2>();
  tile_zero<3>();
}

inline __attribute__((always_inline)) void load_sums(const void* from) {
  const auto* const at = static_cast<const char*>(from);
  tile_load<0>(at, 64);
  tile_load<1>(at + 1024, 64);
  tile_load<2>(at + 2048, 64);
  tile_load<3>(at + 3072, 64);
}

inline __attribute__((always_inline)) void store_sums(void* to) {
  auto* const at = static_cast<char*>(to);
  tile_store<0>(at, 64);
  tile_store<1>(at + 1024, 64);
  tile_store<2>(at + 2048, 64);
  tile_store<3>(at + 3072, 64);
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
