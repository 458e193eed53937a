// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "workloads/kernels/onebrc/kernel.h"
#include "workloads/onebrc/tally.h"

namespace hpct::onebrc {

/// The hash table of one thread: open addressing, memory taken once and reused by every run; only
/// what is touched becomes resident. The names in it point into the input, which must outlive its
/// use. Not for unbounded input: see kMaxNames.
class SlotTable {
 public:
  /// The format allows so many names; the table must not be given more.
  static constexpr std::size_t kMaxNames = 10'000;

  SlotTable();

  /// Empties it, for a new run.
  void reset();

  /// Chooses size and hash salt anew so that the names seen so far collide as little as possible.
  /// To be called once, after the first part of the input.
  void adapt();

  Slots& slots() { return view_; }

  /// Takes the sums and counts out of the slots, which hold those of kLargestPiece of input at most.
  void collect();

  /// Appends one tally per name, in no order, of what has been collected.
  void append_to(Tallies& tallies) const;

 private:
  struct Unmap {
    void operator()(Slot* slots) const;
  };

  /// Of the name that was added as the i-th.
  struct Collected {
    std::int64_t sum = 0;
    std::int64_t count = 0;
  };

  void set_salt(std::uint64_t seed);
  [[nodiscard]] std::vector<Slot> take_out();
  [[nodiscard]] std::size_t displaced(const std::vector<Slot>& names, std::vector<bool>& taken) const;
  void choose_salt(const std::vector<Slot>& names, std::uint64_t tries);

  std::unique_ptr<Slot, Unmap> memory_;
  std::vector<std::uint32_t> used_;
  std::vector<Collected> collected_;
  Slot nowhere_{};
  Slots view_{};
};

}  // namespace hpct::onebrc
