// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hpct {

/// One lane of events that never overlap: one nesting depth of one thread.
/// The three columns have equal length and are sorted by start.
struct TimelineTrack {
  int node = 0;  ///< always 0 until a run spans machines
  int rank = 0;  ///< MPI rank, 0 without MPI
  int thread = 0;
  int depth = 0;
  std::vector<std::int64_t> start_ns;  ///< since the start of the repetition
  std::vector<std::int64_t> duration_ns;
  std::vector<std::uint32_t> name;  ///< index into Timeline::names
  bool operator==(const TimelineTrack&) const = default;
};

/// One thread of a timeline, and what of it is not in there. Times count like those of the events.
struct TimelineThread {
  int thread = 0;
  std::string name = {};  ///< as the operating system knows it
  int process = 0;        ///< its process number; 0: unknown
  std::int64_t events = 0;
  std::int64_t dropped = 0;                        ///< events that found the buffer full
  std::optional<std::int64_t> first_drop_ns = {};  ///< when the first of them began
  std::optional<std::int64_t> last_drop_ns = {};   ///< when the last of them ended
  bool operator==(const TimelineThread&) const = default;
};

/// The events of one repetition of one run. Columns, not objects: ten million events
/// must open in under a second.
struct Timeline {
  std::string workload;
  std::string variant;
  std::vector<std::string> names;
  std::vector<TimelineTrack> tracks;
  std::vector<TimelineThread> threads;
  std::int64_t dropped = 0;  ///< events that found the buffer full; > 0: incomplete

  [[nodiscard]] std::int64_t events() const {
    std::int64_t sum = 0;
    for (const auto& track : tracks) sum += static_cast<std::int64_t>(track.start_ns.size());
    return sum;
  }
  bool operator==(const Timeline&) const = default;
};

}  // namespace hpct
