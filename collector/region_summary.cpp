// SPDX-License-Identifier: Apache-2.0
#include "collector/region_summary.h"

#include <algorithm>
#include <utility>

#include "collector/clock.h"

namespace hpct {
namespace {

/// Signed, because a clock that steps back between two cores must not become 500 years.
std::int64_t to_ns(std::uint64_t ticks) {
  return static_cast<std::int64_t>(static_cast<double>(static_cast<std::int64_t>(ticks)) *
                                   clock::ns_per_tick());
}

std::uint64_t ticks_of(const RegionRecord& record) {
  return static_cast<std::int64_t>(record.duration) < 0 ? 0 : record.duration;
}

/// Every path that occurs, as a number. Paths share their beginnings, so a record costs one look-up and
/// no string.
class PathTree {
 public:
  static constexpr std::uint32_t kRoot = 0;

  std::uint32_t child(std::uint32_t parent, std::uint32_t site) {
    const auto [at, is_new] =
        children_.try_emplace({parent, site}, static_cast<std::uint32_t>(paths_.size()));
    if (is_new) {
      const auto name = recorder::site_name(site);
      paths_.push_back(parent == kRoot ? name : paths_[parent] + '/' + name);
    }
    return at->second;
  }
  [[nodiscard]] const std::string& path(std::uint32_t node) const { return paths_[node]; }
  [[nodiscard]] std::size_t size() const { return paths_.size(); }

 private:
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> children_;
  std::vector<std::string> paths_{""};
};

/// What one thread spent in one path. In ticks: rounding each call to nanoseconds would lose up to one
/// per call, a few percent of a short region.
struct Spent {
  std::int64_t calls = 0;
  std::uint64_t ticks = 0;
  std::uint64_t work = 0;
};

/// Records are stored when a region ends, so children precede their parent; read backwards, the parent of
/// a record is the last one seen at the depth above. No times are compared, so regions shorter than the
/// clock's step cannot confuse it. Only a region that never ended, or was dropped because the buffer was
/// full, is not found.
std::vector<Spent> spent_by_path(const ThreadRecords& thread, PathTree& tree) {
  constexpr std::uint32_t kUnknownSite = 0;
  std::vector<Spent> spent;
  std::vector<std::uint32_t> open;  // the path to the current record, outermost first
  for (auto record = thread.records.rbegin(); record != thread.records.rend(); ++record) {
    const auto parent = [&] { return open.empty() ? PathTree::kRoot : open.back(); };
    if (open.size() > record->depth) open.resize(record->depth);
    while (open.size() < record->depth) open.push_back(tree.child(parent(), kUnknownSite));
    open.push_back(tree.child(parent(), record->site));
    if (spent.size() < tree.size()) spent.resize(tree.size());
    auto& path = spent[open.back()];
    ++path.calls;
    path.ticks += ticks_of(*record);
    path.work += record->work;
  }
  return spent;
}

/// Two places in the source may use one name, and then share a path.
void add(RegionTotals& totals, int thread, const Spent& spent) {
  if (totals.threads.empty() || totals.threads.back().thread != thread)
    totals.threads.push_back({.thread = thread, .calls = 0, .time_ns = 0});
  auto& share = totals.threads.back();
  share.calls += spent.calls;
  share.time_ns += to_ns(spent.ticks);
  totals.calls += spent.calls;
  totals.total_ns += to_ns(spent.ticks);
  totals.elapsed_ns = std::max(totals.elapsed_ns, share.time_ns);
  totals.work += spent.work;
}

/// Region names of a timeline, and which site has which.
class NameTable {
 public:
  explicit NameTable(std::vector<std::string>& names) : names_(names) {}

  std::uint32_t index_of(std::uint32_t site) {
    const auto [known, is_new] = by_site_.try_emplace(site, 0);
    if (is_new) known->second = find_or_add(recorder::site_name(site));
    return known->second;
  }

 private:
  std::uint32_t find_or_add(const std::string& name) {
    const auto at = std::find(names_.begin(), names_.end(), name);
    const auto index = static_cast<std::uint32_t>(at - names_.begin());
    if (at == names_.end()) names_.push_back(name);
    return index;
  }

  std::vector<std::string>& names_;
  std::map<std::uint32_t, std::uint32_t> by_site_;
};

/// Both ends are rounded down alike, so that neighbours that touch do not overlap afterwards.
void add_event(TimelineTrack& track, const RegionRecord& record, std::uint64_t origin, std::uint32_t name) {
  const auto end = to_ns(record.begin + ticks_of(record) - origin);
  const auto start =
      std::clamp<std::int64_t>(to_ns(record.begin - origin), 0, std::max<std::int64_t>(end, 0));
  track.start_ns.push_back(start);
  track.duration_ns.push_back(std::max<std::int64_t>(end - start, 0));
  track.name.push_back(name);
}

}  // namespace

RegionSummary summarize(const std::vector<ThreadRecords>& threads) {
  RegionSummary summary;
  PathTree tree;
  for (const auto& thread : threads) {
    const auto spent = spent_by_path(thread, tree);
    for (std::uint32_t node = 0; node < spent.size(); ++node)
      if (spent[node].calls > 0) add(summary[tree.path(node)], thread.thread, spent[node]);
  }
  return summary;
}

Timeline timeline_of(const std::vector<ThreadRecords>& threads, std::uint64_t origin) {
  Timeline timeline;
  NameTable names(timeline.names);
  for (const auto& thread : threads) {
    std::map<std::uint32_t, TimelineTrack> by_depth;
    // Within one depth regions end in the order in which they begin: the tracks are sorted as they are.
    for (const auto& record : thread.records)
      add_event(by_depth[record.depth], record, origin, names.index_of(record.site));
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
