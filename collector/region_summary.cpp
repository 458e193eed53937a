// SPDX-License-Identifier: Apache-2.0
#include "collector/region_summary.h"

#include <algorithm>

#include "collector/clock.h"

namespace hpct {
namespace {

std::int64_t to_ns(std::uint64_t ticks) {
  return static_cast<std::int64_t>(static_cast<double>(ticks) * clock::ns_per_tick());
}

/// Records are stored when a region ends, children before parents; walking needs begin order.
std::vector<RegionRecord> by_begin(const ThreadRecords& thread) {
  auto records = thread.records;
  std::stable_sort(records.begin(), records.end(), [](const RegionRecord& a, const RegionRecord& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.depth < b.depth;
  });
  return records;
}

/// The open regions at one point of a thread's time, outermost first.
class PathWalker {
 public:
  /// The path of `record`; records must come in begin order.
  std::string enter(const RegionRecord& record) {
    open_.resize(record.depth);
    std::string path;
    for (const auto& [name, end] : open_) path += (end >= record.begin ? name : "?") + '/';
    open_.push_back({recorder::site_name(record.site), record.begin + record.duration});
    return path + open_.back().name;
  }

 private:
  struct Open {
    std::string name = "?";
    std::uint64_t end = 0;
  };
  std::vector<Open> open_;
};

void add(RegionTotals& totals, int thread, const RegionRecord& record) {
  if (totals.threads.empty() || totals.threads.back().thread != thread)
    totals.threads.push_back({.thread = thread, .calls = 0, .time_ns = 0});
  auto& share = totals.threads.back();
  ++share.calls;
  share.time_ns += to_ns(record.duration);
  ++totals.calls;
  totals.total_ns += to_ns(record.duration);
  totals.elapsed_ns = std::max(totals.elapsed_ns, share.time_ns);
  totals.work += record.work;
}

/// Gives every region name a dense number in order of appearance.
std::uint32_t name_index(std::vector<std::string>& names, const std::string& name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) names.push_back(name);
  return static_cast<std::uint32_t>(at == names.end() ? names.size() - 1
                                                      : static_cast<std::size_t>(at - names.begin()));
}

}  // namespace

RegionSummary summarize(const std::vector<ThreadRecords>& threads) {
  RegionSummary summary;
  for (const auto& thread : threads) {
    PathWalker walker;
    for (const auto& record : by_begin(thread)) add(summary[walker.enter(record)], thread.thread, record);
  }
  return summary;
}

Timeline timeline_of(const std::vector<ThreadRecords>& threads, std::uint64_t origin) {
  Timeline timeline;
  for (const auto& thread : threads) {
    std::map<std::uint32_t, TimelineTrack> by_depth;
    for (const auto& record : by_begin(thread)) {
      auto& track = by_depth[record.depth];
      track.start_ns.push_back(to_ns(record.begin - origin));
      track.duration_ns.push_back(to_ns(record.duration));
      track.name.push_back(name_index(timeline.names, recorder::site_name(record.site)));
    }
    for (auto& [depth, track] : by_depth) {
      track.thread = thread.thread;
      track.depth = static_cast<int>(depth);
      timeline.tracks.push_back(std::move(track));
    }
    timeline.dropped += static_cast<std::int64_t>(thread.dropped);
  }
  return timeline;
}

}  // namespace hpct
