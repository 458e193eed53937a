// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "analyzer/bootstrap.h"
#include "analyzer/comparison.h"

namespace hpct {

/// Fewest repetitions a side may have. With four on each side two samples of the same origin
/// stand completely apart in 2 of 70 orders (2.9 %); with three it is 2 of 20 (10 %), twice
/// what a 95 % interval promises.
inline constexpr std::size_t kMinRepetitions = 4;

struct Judgement {
  Verdict verdict = Verdict::undecided;
  std::string reason;  ///< why undecided, empty otherwise
};

/// regressed: the interval excludes 1 and the ratio is above 1 + threshold; improved is the
/// mirror image; unchanged: the whole interval lies within 1 +- threshold; anything else is
/// undecided, and the reason says how many repetitions per side might decide it.
Judgement judge(const RatioEstimate& estimate, std::size_t repetitions, double threshold);

/// not comparable > regressed > undecided > improved > unchanged: how much a verdict weighs when
/// several are put together.
int weight_of(Verdict verdict);

/// The heavier of two.
Verdict worse(Verdict a, Verdict b);

}  // namespace hpct
