// SPDX-License-Identifier: Apache-2.0
#include "gui/models/timeline_lane.h"

#include <cmath>

namespace hpct {
namespace {

/// Joins a column with the one before it when both would be painted alike.
void append(std::vector<LaneSpan>& spans, const LaneSpan& span) {
  if (!spans.empty() && span.count > 1) {
    auto& last = spans.back();
    if (last.count > 1 && last.name == span.name && last.busy == span.busy && last.x1 >= span.x0) {
      last.x1 = span.x1;
      last.count += span.count;
      return;
    }
  }
  spans.push_back(span);
}

}  // namespace

TimelineLane::TimelineLane(const TimelineTrack& track)
    : track_(&track), size_(std::min({track.start_ns.size(), track.duration_ns.size(), track.name.size()})) {
  covered_.resize(size_ + 1);
  for (std::size_t i = 0; i < size_; ++i) covered_[i + 1] = covered_[i] + track.duration_ns[i];
}

std::size_t TimelineLane::firstFrom(std::size_t from, double ns) const {
  std::size_t step = 1;
  std::size_t low = from;
  while (low + step < size_ && static_cast<double>(start(low + step)) < ns) {
    low += step;
    step *= 2;
  }
  const auto begin = track_->start_ns.begin();
  const auto stop = std::min(low + step, size_);
  return static_cast<std::size_t>(
      std::partition_point(begin + static_cast<std::ptrdiff_t>(low),
                           begin + static_cast<std::ptrdiff_t>(stop),
                           [&](std::int64_t start) { return static_cast<double>(start) < ns; }) -
      begin);
}

LaneSpan TimelineLane::joined(std::size_t first, std::size_t last, double x0, double column_ns) const {
  // The colour is that of the longest of a few events: looking at all would cost O(events).
  constexpr std::size_t kLooks = 8;
  const std::size_t stride = std::max<std::size_t>(1, (last - first) / kLooks);
  std::size_t longest = first;
  for (std::size_t i = first; i < last; i += stride)
    if (duration(i) > duration(longest)) longest = i;
  const double share = static_cast<double>(covered_[last] - covered_[first]) / column_ns;
  const int busy = std::clamp(static_cast<int>(std::ceil(share * LaneSpan::kFull)), 1, LaneSpan::kFull);
  return {x0, x0 + 1, name(longest), busy, first, last - first};
}

std::vector<LaneSpan> TimelineLane::visible(const TimeWindow& window, int width) const {
  std::vector<LaneSpan> spans;
  if (size_ == 0 || width <= 0) return spans;
  const double scale = width / window.span();
  std::size_t i = firstFrom(0, window.begin());
  if (i > 0 && static_cast<double>(end(i - 1)) > window.begin()) --i;
  while (i < size_ && static_cast<double>(start(i)) < window.end()) {
    const double x0 = (static_cast<double>(start(i)) - window.begin()) * scale;
    const double x1 = (static_cast<double>(end(i)) - window.begin()) * scale;
    const double column = std::floor(x0);
    std::size_t next = x1 - x0 < 1 ? firstFrom(i, window.begin() + (column + 1) / scale) : i + 1;
    // Only the last event of a column can reach far beyond it: that one is painted by itself.
    if (next > i + 1 && static_cast<double>(duration(next - 1)) * scale >= 1) --next;
    if (next <= i + 1) {
      spans.push_back({x0, x1, name(i), LaneSpan::kFull, i, 1});
      next = i + 1;
    } else {
      append(spans, joined(i, next, column, 1 / scale));
    }
    i = next;
  }
  return spans;
}

std::optional<std::size_t> TimelineLane::eventAt(double ns, double slack) const {
  if (size_ == 0) return std::nullopt;
  const std::size_t after = firstFrom(0, ns);
  if (after > 0 && static_cast<double>(end(after - 1)) + slack >= ns) return after - 1;
  if (after < size_ && static_cast<double>(start(after)) - slack <= ns) return after;
  return std::nullopt;
}

}  // namespace hpct
