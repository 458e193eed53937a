// SPDX-License-Identifier: Apache-2.0
#pragma once

/// One step z -> z^2 + c of every lane, and |z|^2. The orders of operations differ, hence the bits may.
///
/// `Simd` is a type of the including file's unnamed namespace: what is instantiated with it is
/// local to that file and cannot replace another file's code.
namespace hpct::mandelbrot_blocks {

/// One step of every lane as the definition has it: seven operations.
template <class Simd>
struct PlainOrbit {
  using Real = typename Simd::Real;

  static void step(Real& re, Real& im, Real c_re, Real c_im) {
    const Real squares = Simd::sub(Simd::mul(re, re), Simd::mul(im, im));
    im = Simd::add(Simd::mul(Simd::add(re, re), im), c_im);
    re = Simd::add(squares, c_re);
  }
  static Real magnitude(Real re, Real im) { return Simd::add(Simd::mul(re, re), Simd::mul(im, im)); }
};

/// The same bits with six: doubling is exact, so (2 re) im + c is fma(re im, 2, c), where the product has
/// been rounded already. The one exception, a product below the normal numbers (2^-126), would lose a bit
/// that no c_im but 0 and those below 2^-100 could feel; with 0 the imaginary part stays 0, and the rows of a
/// grid are farther apart.
template <class Simd>
struct ExactOrbit {
  using Real = typename Simd::Real;

  static void step(Real& re, Real& im, Real c_re, Real c_im) {
    const Real squares = Simd::sub(Simd::mul(re, re), Simd::mul(im, im));
    im = Simd::fused(Simd::mul(re, im), Simd::all(2.0F), c_im);
    re = Simd::add(squares, c_re);
  }
  static Real magnitude(Real re, Real im) { return Simd::add(Simd::mul(re, re), Simd::mul(im, im)); }
};

/// The order of operations that the fused counts are defined by: four.
template <class Simd>
struct FusedOrbit {
  using Real = typename Simd::Real;

  static void step(Real& re, Real& im, Real c_re, Real c_im) {
    const Real rest = Simd::fused_minus(im, im, c_re);
    im = Simd::fused(Simd::add(re, re), im, c_im);
    re = Simd::fused(re, re, rest);
  }
  static Real magnitude(Real re, Real im) { return Simd::fused(re, re, Simd::mul(im, im)); }
};

}  // namespace hpct::mandelbrot_blocks
