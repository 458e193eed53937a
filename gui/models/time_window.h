// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

namespace hpct {

/// The visible part of a timeline: a range that stays inside [0, total] and never gets
/// narrower than kNarrowest. Nanoseconds as doubles: exact to the nanosecond for 100 days.
class TimeWindow {
 public:
  static constexpr double kNarrowest = 20;

  explicit TimeWindow(double total_ns = 1) : total_(std::max(total_ns, kNarrowest)) { fit(); }

  [[nodiscard]] double begin() const { return begin_; }
  [[nodiscard]] double end() const { return begin_ + span_; }
  [[nodiscard]] double span() const { return span_; }
  [[nodiscard]] double total() const { return total_; }

  void fit() {
    begin_ = 0;
    span_ = total_;
  }

  /// Divides the span by `factor`; the time `fixed` stays where it is on the screen.
  void zoom(double factor, double fixed) {
    const double span = std::clamp(span_ / factor, kNarrowest, total_);
    begin_ = fixed - (fixed - begin_) * span / span_;
    span_ = span;
    clamp();
  }

  void pan(double by) {
    begin_ += by;
    clamp();
  }

  void show(double begin, double end) {
    span_ = std::clamp(end - begin, kNarrowest, total_);
    begin_ = (begin + end - span_) / 2;
    clamp();
  }

 private:
  void clamp() { begin_ = std::clamp(begin_, 0.0, total_ - span_); }

  double total_;
  double begin_ = 0;
  double span_ = 1;
};

}  // namespace hpct
