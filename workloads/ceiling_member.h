// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "collector/word_buffer.h"
#include "workloads/ceiling_limits.h"

namespace hpct {

/// A limit, the set it works on, and how much work one repetition does.
struct LimitWork {
  Limit limit;
  std::int64_t set_bytes = 0;        ///< per thread; 0 for arithmetic
  std::optional<Plateau> plateau{};  ///< where the set comes from
  std::int64_t units = 1;            ///< per thread: passes over the set, blocks of DRAM, or chunks of steps

  /// A DRAM set is gone through in blocks, round and round: a repetition can end anywhere in it.
  [[nodiscard]] bool in_blocks() const { return limit.level == MemoryLevel::dram; }
  [[nodiscard]] std::int64_t array_words() const;
  /// Words of every array that one unit touches.
  [[nodiscard]] std::int64_t words_per_unit() const;
};

/// One thread's memory, and what its last repetition left there; on cache lines of its own.
class alignas(64) CeilingMember {
 public:
  /// False when the system has no memory. The pages come with fill().
  bool allocate(std::int64_t source_bytes, std::int64_t target_bytes);
  /// To be called by the thread that will read: it gets the pages nearest to it.
  void fill();

  /// Works off `units` of `work`.
  void run(const LimitWork& work, std::int64_t units);
  /// Destroys some of what the next repetition of `work` has to write.
  void spoil(const LimitWork& work);
  /// Did the last repetition do what it had to? Loads and arithmetic are checked by their sums, stores at
  /// 64 places.
  [[nodiscard]] bool verify(const LimitWork& work) const;

  [[nodiscard]] const std::uint64_t* words() const { return source_.words().data(); }

 private:
  struct Piece {
    std::int64_t first = 0;
    std::int64_t count = 0;
  };
  [[nodiscard]] Piece next_piece(const LimitWork& work, std::int64_t units) const;
  void run_piece(const LimitWork& work, const Piece& piece, std::int64_t passes);
  [[nodiscard]] std::uint64_t* target() const;
  [[nodiscard]] const std::uint64_t* second(const LimitWork& work) const;
  [[nodiscard]] double expected_at(const LimitWork& work, std::int64_t at) const;

  WordBuffer source_;           ///< word i holds the bits of the double 1 + i * 2^-52
  WordBuffer target_;           ///< what copy and triad write
  std::int64_t cursor_ = 0;     ///< the next block of DRAM
  Piece written_;               ///< the first piece of the last repetition
  std::uint64_t loaded_ = 0;    ///< sum of the words loaded by the last repetition, modulo 2^64
  std::uint64_t expected_ = 0;  ///< what that sum must be
  double computed_ = 0;
};

}  // namespace hpct
