// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace hpct {

/// Memory full of short legal rows of 1brc, to be mapped where a mapped file has no bytes: its kernels look
/// for the next ';' and newline without asking where the file ends, and in the filler they find one at once.
/// Those that read a model find numbers like any. What they read there is no result; who maps a file must ask
/// afterwards whether it has changed.
class Filler {
 public:
  static constexpr std::size_t kBytes = std::size_t{2} << 20;

  /// Maps it over [at, at + bytes), page boundaries both; false, with errno, when the system refuses.
  /// May be called in a signal handler once available() has been true.
  static bool map_over(char* at, std::size_t bytes) noexcept;

  /// Makes it at the first call. False, with errno, when that fails.
  static bool available();
};

/// While it lives, reading a page that the file behind [begin, begin + bytes) no longer has gives filler
/// instead of SIGBUS: somebody made the file shorter. All other uses of the signal stay as they are.
class ShrinkGuard {
 public:
  ShrinkGuard(char* begin, std::size_t bytes);
  ~ShrinkGuard();
  ShrinkGuard(const ShrinkGuard&) = delete;
  ShrinkGuard& operator=(const ShrinkGuard&) = delete;

 private:
  int place_;  ///< in the table of guarded ranges; -1: the table is full, nothing is guarded
};

}  // namespace hpct
