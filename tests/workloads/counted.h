// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

namespace hpct {

/// A float that counts what is done with it: sums, differences and products are one operation each;
/// comparisons, signs and conversions none. Not for more than one thread.
class CountedFloat {
 public:
  static inline std::int64_t operations = 0;

  CountedFloat(float value) : value_(value) {}  // NOLINT: constants are no operations
  [[nodiscard]] float value() const { return value_; }

  friend CountedFloat operator+(CountedFloat a, CountedFloat b) { return done(a.value_ + b.value_); }
  friend CountedFloat operator-(CountedFloat a, CountedFloat b) { return done(a.value_ - b.value_); }
  friend CountedFloat operator*(CountedFloat a, CountedFloat b) { return done(a.value_ * b.value_); }

 private:
  static CountedFloat done(float value) {
    ++operations;
    return {value};
  }
  float value_;
};

/// Operations of one call of `code`.
template <class Code>
double operations_of(const Code& code) {
  CountedFloat::operations = 0;
  code();
  return static_cast<double>(CountedFloat::operations);
}

}  // namespace hpct
