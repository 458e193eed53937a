// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

namespace hpct {

/// A float that counts what is done with it: additions, subtractions, products, quotients, roots
/// and exponentials are one each; comparisons, sign changes and conversions none.
class Counted {
 public:
  static inline std::int64_t operations = 0;

  Counted() = default;
  explicit Counted(float value) : value_(value) {}
  explicit operator float() const { return value_; }

  friend Counted operator+(Counted a, Counted b) { return done(a.value_ + b.value_); }
  friend Counted operator-(Counted a, Counted b) { return done(a.value_ - b.value_); }
  friend Counted operator*(Counted a, Counted b) { return done(a.value_ * b.value_); }
  friend Counted operator/(Counted a, Counted b) { return done(a.value_ / b.value_); }
  Counted& operator+=(Counted b) { return *this = *this + b; }
  friend Counted operator-(Counted a) { return Counted(-a.value_); }
  friend bool operator<(Counted a, Counted b) { return a.value_ < b.value_; }
  friend Counted sqrt(Counted a) { return done(std::sqrt(a.value_)); }
  friend Counted exp(Counted a) { return done(std::exp(a.value_)); }

 private:
  static Counted done(float value) {
    ++operations;
    return Counted(value);
  }
  float value_ = 0;
};

}  // namespace hpct
