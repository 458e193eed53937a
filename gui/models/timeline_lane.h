// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/timeline.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "gui/models/time_window.h"

namespace hpct {

/// What is painted for one event, or for many that share a pixel column.
struct LaneSpan {
  double x0 = 0;  ///< pixels from the left edge of the lane; may lie outside it
  double x1 = 0;
  std::uint32_t name = 0;  ///< of the longest event among those looked at
  int busy = kFull;        ///< eighths of the column that are covered, rounded up; kFull for one event
  std::size_t first = 0;   ///< index of the (first) event
  std::size_t count = 1;   ///< how many events it stands for

  static constexpr int kFull = 8;
};

/// One track prepared for painting: finds what is visible by binary search and joins events
/// narrower than a pixel, so that a frame costs O(pixels log events) and not O(events).
/// Does not own the track, which must outlive it.
class TimelineLane {
 public:
  explicit TimelineLane(const TimelineTrack& track);

  [[nodiscard]] const TimelineTrack& track() const { return *track_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::int64_t start(std::size_t i) const { return track_->start_ns[i]; }
  [[nodiscard]] std::int64_t duration(std::size_t i) const { return track_->duration_ns[i]; }
  [[nodiscard]] std::int64_t end(std::size_t i) const { return start(i) + duration(i); }
  [[nodiscard]] std::uint32_t name(std::size_t i) const { return track_->name[i]; }

  /// What to paint for this window on `width` pixels, from left to right.
  [[nodiscard]] std::vector<LaneSpan> visible(const TimeWindow& window, int width) const;

  /// The event that covers `ns`, or the nearest one whose edge is at most `slack` away.
  [[nodiscard]] std::optional<std::size_t> eventAt(double ns, double slack) const;

 private:
  /// First index >= from whose event starts at or after ns. Gallops: cheap when it is near.
  [[nodiscard]] std::size_t firstFrom(std::size_t from, double ns) const;
  [[nodiscard]] LaneSpan joined(std::size_t first, std::size_t last, double x0, double column_ns) const;

  const TimelineTrack* track_;
  std::size_t size_;
  std::vector<std::int64_t> covered_;  ///< covered_[i]: sum of the durations before event i
};

}  // namespace hpct
