// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace hpct {

/// Independent chains per arithmetic loop: enough to hide a latency of 4 cycles on two ports (8),
/// few enough that 16 registers hold them with their two operands.
inline constexpr int kFmaChains = 12;

/// Steps of each chain per chunk; below 2^24, so that a float counts them exactly.
inline constexpr int kFmaSteps = 16384;

/// Ranges of memory are multiples of this many words (1 KiB): a turn of the widest loop.
inline constexpr std::uint64_t kLoadStep = 128;

/// What one arithmetic instruction can do at most: kFmaChains chains of it that do not wait for each other.
/// Plain data, as all kernel tables.
struct PeakKernel {
  const char* id;  ///< "fma.fp32", "dot.int8"
  int operations;  ///< per chain and step: a multiply and an add for every product
  /// Per chunk, the chains start at 0, 1, 2, .. in every lane and make kFmaSteps steps of
  /// v = v * factor + term (fma) or v = v + the products factor * term of a lane (dot).
  /// Returns the sum over chunks, chains and lanes.
  double (*run)(std::uint64_t chunks, double factor, double term);
  double sum_of_chunk;  ///< what one chunk adds to that sum for factor 1 and term 1, exactly
};

/// The loops that reach for one instruction set's limits. Ranges of words are aligned to 64 bytes and
/// `count` is a multiple of kLoadStep; every loop makes `passes` >= 1 passes over them. Memory loops are
/// null in a table that is about arithmetic alone.
struct CeilingKernel {
  const char* name;  ///< in the roof's name: that of `isa`, or "scalar"
  const char* isa;   ///< name_of(Isa): what the CPU must have
  const PeakKernel* peaks;
  int peak_count;
  /// Returns the sum of one pass modulo 2^64.
  std::uint64_t (*load)(const std::uint64_t* words, std::uint64_t count, std::uint64_t passes);
  void (*copy)(std::uint64_t* to, const std::uint64_t* from, std::uint64_t count, std::uint64_t passes);
  /// to = a + factor * b, on doubles.
  void (*triad)(double* to, const double* a, const double* b, double factor, std::uint64_t count,
                std::uint64_t passes);
  /// The same with stores that go past the caches; null where there are none.
  void (*nt_triad)(double* to, const double* a, const double* b, double factor, std::uint64_t count,
                   std::uint64_t passes);
};

/// Sum over the chains' starts and steps of `lanes` lanes that grow by `growth` per step.
constexpr double chain_sum(int lanes, int growth) {
  constexpr double kStarts = kFmaChains * (kFmaChains - 1) / 2.0;
  return lanes * (kStarts + static_cast<double>(kFmaChains) * kFmaSteps * growth);
}

}  // namespace hpct
