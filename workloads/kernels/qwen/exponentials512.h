// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

#include "workloads/kernels/qwen/elementwise.h"

namespace hpct::qwen {
namespace {

/// exp(x) within 3e-7 relative for x <= 0: 2^n times the Taylor series of exp(r), |r| <= ln 2 / 2, up to
/// r^6 / 6!. Far below 0 it becomes 0.
inline __m512 exponentials16(__m512 x) {
  const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504F)), 8);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375F), x);  // ln 2 in two parts, the first exact
  r = _mm512_fmadd_ps(n, _mm512_set1_ps(2.12194440e-4F), r);
  __m512 sum = _mm512_set1_ps(1.0F / 720.0F);
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F / 120.0F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F / 24.0F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F / 6.0F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(0.5F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(sum, n);
}

}  // namespace
}  // namespace hpct::qwen
