// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace hpct::qwen {

/// Compares what was rounded with what should have been, and remembers the worst: the largest distance beyond
/// the half step that rounding may take, relative to the largest number of its vector. Infinite where
/// something is no number.
class RoundingCheck {
 public:
  /// Both are vectors of one number per element; step(i) is the distance of representable numbers there.
  template <class Rounded, class Step>
  void compare(const double* exact, const Rounded* rounded, std::size_t count, Step step) {
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(exact[i]));
    for (std::size_t i = 0; i < count; ++i) {
      const double beyond = std::abs(exact[i] - static_cast<double>(rounded[i])) - 0.5 * step(i);
      const double excess = beyond <= 0 ? 0 : beyond / largest;
      if (!(excess <= worst_)) worst_ = std::isfinite(excess) ? excess : INFINITY;
    }
  }
  [[nodiscard]] double worst() const { return worst_; }

 private:
  double worst_ = 0;
};

}  // namespace hpct::qwen
