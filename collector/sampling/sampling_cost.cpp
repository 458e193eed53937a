// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/sampling_cost.h"

#include <algorithm>
#include <vector>

#include "collector/clock.h"
#include "collector/sampling/perf_ring.h"

namespace hpct {
namespace {

constexpr std::int64_t kProbeNs = 20'000'000;
constexpr std::uint64_t kProbeRate = 4000;
constexpr std::int64_t kShortestGapNs = 500;

/// What the reader does with a sample, and a margin for what caches forget.
constexpr std::int64_t kReaderNs = 3000;
/// The same with unwinding of a stack of some ten frames.
constexpr std::int64_t kUnwindingReaderNs = 15'000;

struct Gap {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// Every time somebody else had our core.
std::vector<Gap> watch_for_gaps() {
  std::vector<Gap> gaps;
  gaps.reserve(1000);
  const auto first = clock::monotonic_ns();
  for (auto last = first; last < first + kProbeNs && gaps.size() < gaps.capacity();) {
    const auto now = clock::monotonic_ns();
    if (now - last > kShortestGapNs) gaps.push_back({last, now});
    last = now;
  }
  return gaps;
}

}  // namespace

std::int64_t measure_sample_cost_ns(const SamplingEvent& event) {
  auto attributes = event.attributes;
  attributes.sample_freq = kProbeRate;
  attributes.inherit = attributes.inherit_stat = 0;  // so that one ring serves all processors
  attributes.enable_on_exec = 0;
  PerfRing ring(open_perf_event(attributes, 0, -1), 64);
  if (!ring.mapped()) return 0;
  ring.enable();
  const auto gaps = watch_for_gaps();
  ring.disable();
  RecordBatch batch;
  ring.drain(batch);
  std::vector<std::int64_t> costs;
  batch.release(~std::uint64_t{0}, [&](const perf_event_header& header) {
    if (header.type != PERF_RECORD_SAMPLE) return;
    const auto time = static_cast<std::int64_t>(time_of(header));
    for (const auto& gap : gaps)
      if (gap.begin <= time && time <= gap.end) costs.push_back(gap.end - gap.begin);
  });
  if (costs.empty()) return 0;
  const auto middle = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() / 2);
  std::nth_element(costs.begin(), middle, costs.end());
  return *middle;
}

double affordable_rate(const SamplingOptions& options, std::int64_t sample_cost_ns) {
  if (sample_cost_ns <= 0) return options.rate_hz;
  const bool unwinding = options.call_graph == CallGraph::dwarf;
  const double seconds =
      static_cast<double>(sample_cost_ns + (unwinding ? kUnwindingReaderNs : kReaderNs)) * 1e-9;
  return std::max(1.0, std::min(options.rate_hz, kHighestCostShare / seconds));
}

}  // namespace hpct
