// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/roofline.h"

namespace hpct {

/// Why a rung is faster than the one before, as a product: a run takes work / (roof * share of it), so
/// step = (work before / after) * (roof after / before) * (share after / before), exactly. All three are
/// judged by the kind of roof that limited the rung before.
struct StepFactors {
  std::string_view kind;  ///< "bandwidth" (the work is bytes) or "compute" (flops)
  Value work;             ///< above 1: less to do
  Value roof;             ///< above 1: more threads, wider instructions, a nearer memory
  Value share;            ///< above 1: nearer to the roof
};

struct Rung {
  const Run* run = nullptr;     ///< points into the report
  double seconds = 0;           ///< 0: unknown
  std::optional<double> step;   ///< times as fast as the rung before
  std::optional<double> total;  ///< times as fast as the first
  BindingRoof roof;
  std::optional<Finding> bound;  ///< empty: the report cannot tell
  std::optional<StepFactors> factors;
};

/// The variants of one workload with the same parameters, from the obvious to the best.
struct Ladder {
  std::vector<Rung> rungs;
  std::vector<Rung> asides;                   ///< compute something else: no step leads to them
  [[nodiscard]] const Rung& fastest() const;  ///< of the rungs, of which there is at least one
  [[nodiscard]] const Rung* fastest_aside() const;
};

/// The bound's word for a table; "unknown", or "busy machine" where its threads waited for cores.
std::string bound_word(const Rung& rung);

/// Some sentences: the fastest rung, what limits it, what to try, and how far it is from what lies beside.
std::string reading_of(const Report& report, const Ladder& ladder);

/// Of a report with its metrics, which must outlive them. Roofs and benchmarks are no rungs.
std::vector<Ladder> ladders_of(const Report& report);

}  // namespace hpct
