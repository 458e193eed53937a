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

/// Stands for all paths of a thread that found no room for sums of their own.
constexpr std::uint32_t kOtherPaths = UINT32_MAX;

const RegionPlace& place_of(const Recording& recording, std::uint32_t site) {
  static const RegionPlace others{.name = "(other paths)", .file = "", .line = 0};
  return site == kOtherPaths ? others : recording.place(site);
}

/// Every path that occurs, as a number. Paths share their beginnings, so a record costs one look-up and
/// no string.
class PathTree {
 public:
  static constexpr std::uint32_t kRoot = 0;

  explicit PathTree(const Recording& recording) : recording_(recording) {}

  std::uint32_t child(std::uint32_t parent, std::uint32_t site) {
    const auto [at, is_new] =
        children_.try_emplace({parent, site}, static_cast<std::uint32_t>(paths_.size()));
    if (is_new) {
      const auto& name = place_of(recording_, site).name;
      paths_.push_back({parent == kRoot ? name : paths_[parent].text + '/' + name, site});
    }
    return at->second;
  }
  [[nodiscard]] const std::string& path(std::uint32_t node) const { return paths_[node].text; }
  [[nodiscard]] const RegionPlace& place(std::uint32_t node) const {
    return place_of(recording_, paths_[node].site);
  }
  [[nodiscard]] std::size_t size() const { return paths_.size(); }

 private:
  struct Path {
    std::string text;
    std::uint32_t site = 0;
  };

  const Recording& recording_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> children_;
  std::vector<Path> paths_{Path{}};
};

/// What one thread spent in one path. In ticks: rounding each call to nanoseconds would lose up to one
/// per call, a few percent of a short region.
struct Spent {
  std::uint64_t calls = 0;
  std::uint64_t ticks = 0;
  std::uint64_t work = 0;
  std::uint64_t shortest = UINT64_MAX;
  std::uint64_t longest = 0;
  std::vector<std::uint64_t> histogram = std::vector<std::uint64_t>(kDurationBuckets);
};

void add(Spent& spent, const RegionRecord& record, double ns_per_tick) {
  const auto ticks = ticks_of(record);
  ++spent.calls;
  spent.ticks += ticks;
  spent.work += record.work;
  spent.shortest = std::min(spent.shortest, ticks);
  spent.longest = std::max(spent.longest, ticks);
  ++spent.histogram[bucket_of(static_cast<std::uint64_t>(static_cast<double>(ticks) * ns_per_tick))];
}

void add(Spent& spent, const DroppedPath& dropped) {
  spent.calls += dropped.calls;
  spent.ticks += dropped.ticks;
  spent.work += dropped.work;
  spent.shortest = std::min(spent.shortest, dropped.shortest);
  spent.longest = std::max(spent.longest, dropped.longest);
  for (std::size_t i = 0; i < std::min(spent.histogram.size(), dropped.histogram.size()); ++i)
    spent.histogram[i] += dropped.histogram[i];
}

Spent& at(std::vector<Spent>& spent, std::uint32_t node, const PathTree& tree) {
  if (spent.size() < tree.size()) spent.resize(tree.size());
  return spent[node];
}

/// A depth that no program reaches: the record is damaged, or its region ended on another thread than it
/// began. Shown on the outermost level.
constexpr std::uint32_t kNoSuchDepth = 1 << 16;

/// Finds the path of every record. Records are stored when a region ends, so children precede their parent;
/// read backwards, the parent of a record is the last one seen at the depth above, or one that was still open
/// when the last record was written. No times are compared, so regions shorter than the clock's step cannot
/// confuse it.
class PathFinder {
 public:
  PathFinder(PathTree& tree, const ThreadRecords& thread) : tree_(tree) {
    for (const auto site : thread.open) open_.push_back(tree_.child(parent(), site));
  }

  /// The path of the record before those asked for so far.
  std::uint32_t path_of(const RegionRecord& record) {
    constexpr std::uint32_t kUnknownSite = 0;
    const auto depth = record.depth < kNoSuchDepth ? record.depth : 0;
    if (open_.size() > depth) open_.resize(depth);
    while (open_.size() < depth) open_.push_back(tree_.child(parent(), kUnknownSite));
    open_.push_back(tree_.child(parent(), record.site));
    return open_.back();
  }

 private:
  [[nodiscard]] std::uint32_t parent() const { return open_.empty() ? PathTree::kRoot : open_.back(); }

  PathTree& tree_;
  std::vector<std::uint32_t> open_;  // the path to the current record, outermost first
};

std::vector<Spent> spent_by_path(const ThreadRecords& thread, PathTree& tree) {
  std::vector<Spent> spent;
  const double ns_per_tick = clock::ns_per_tick();
  PathFinder finder(tree, thread);
  for (auto record = thread.records.rbegin(); record != thread.records.rend(); ++record) {
    const auto node = finder.path_of(*record);
    add(at(spent, node, tree), *record, ns_per_tick);
  }
  for (const auto& dropped : thread.dropped_paths) {
    auto node = PathTree::kRoot;
    for (const auto site : dropped.sites) node = tree.child(node, site);
    if (dropped.sites.empty()) node = tree.child(node, kOtherPaths);
    add(at(spent, node, tree), dropped);
  }
  return spent;
}

void add_histogram(std::vector<std::int64_t>& sum, const std::vector<std::uint64_t>& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    if (sum.size() <= i) sum.resize(i + 1);
    sum[i] += static_cast<std::int64_t>(counts[i]);
  }
}

/// Two places in the source may use one name, and then share a path.
void add(RegionTotals& totals, int thread, const Spent& spent) {
  if (totals.threads.empty() || totals.threads.back().thread != thread)
    totals.threads.push_back({.thread = thread, .calls = 0, .time_ns = 0});
  auto& share = totals.threads.back();
  const auto calls = static_cast<std::int64_t>(spent.calls);
  const bool first = totals.calls == 0;
  share.calls += calls;
  share.time_ns += to_ns(spent.ticks);
  totals.calls += calls;
  totals.total_ns += to_ns(spent.ticks);
  totals.elapsed_ns = std::max(totals.elapsed_ns, share.time_ns);
  totals.work += spent.work;
  totals.min_ns = first ? to_ns(spent.shortest) : std::min(totals.min_ns, to_ns(spent.shortest));
  totals.max_ns = std::max(totals.max_ns, to_ns(spent.longest));
  add_histogram(totals.histogram, spent.histogram);
}

/// Region names of a timeline, and which site has which.
class NameTable {
 public:
  NameTable(const Recording& recording, std::vector<std::string>& names)
      : recording_(recording), names_(names) {}

  std::uint32_t index_of(std::uint32_t site) {
    if (site == last_site_) return last_index_;
    const auto [known, is_new] = by_site_.try_emplace(site, 0);
    if (is_new) known->second = find_or_add(place_of(recording_, site).name);
    last_site_ = site;
    return last_index_ = known->second;
  }

 private:
  std::uint32_t find_or_add(const std::string& name) {
    const auto at = std::find(names_.begin(), names_.end(), name);
    const auto index = static_cast<std::uint32_t>(at - names_.begin());
    if (at == names_.end()) names_.push_back(name);
    return index;
  }

  const Recording& recording_;
  std::vector<std::string>& names_;
  std::map<std::uint32_t, std::uint32_t> by_site_;
  std::uint32_t last_site_ = UINT32_MAX;
  std::uint32_t last_index_ = 0;
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

/// Within one depth regions end in the order in which they begin: the tracks are sorted as they are.
void add_tracks(Timeline& timeline, const ThreadRecords& thread, std::uint64_t origin, NameTable& names) {
  std::map<std::uint32_t, TimelineTrack> by_depth;
  for (const auto& record : thread.records) {
    const auto depth = record.depth < kNoSuchDepth ? record.depth : 0;
    add_event(by_depth[depth], record, origin, names.index_of(record.site));
  }
  for (auto& [depth, track] : by_depth) {
    track.thread = thread.thread;
    track.depth = static_cast<int>(depth);
    timeline.tracks.push_back(std::move(track));
  }
}

TimelineThread thread_of(const ThreadRecords& thread, std::uint64_t origin) {
  TimelineThread facts{.thread = thread.thread,
                       .name = thread.name,
                       .process = thread.process,
                       .events = static_cast<std::int64_t>(thread.records.size()),
                       .dropped = static_cast<std::int64_t>(thread.dropped),
                       .first_drop_ns = {},
                       .last_drop_ns = {}};
  if (thread.dropped == 0) return facts;
  facts.first_drop_ns = std::max<std::int64_t>(0, to_ns(thread.first_drop - origin));
  facts.last_drop_ns = std::max<std::int64_t>(0, to_ns(thread.last_drop - origin));
  return facts;
}

}  // namespace

RegionSummary summarize(const Recording& recording) {
  RegionSummary summary;
  PathTree tree(recording);
  for (const auto& thread : recording.threads) {
    const auto spent = spent_by_path(thread, tree);
    for (std::uint32_t node = 0; node < spent.size(); ++node) {
      if (spent[node].calls == 0) continue;
      auto& totals = summary[tree.path(node)];
      if (totals.calls == 0) {
        totals.file = tree.place(node).file;
        totals.line = tree.place(node).line;
      }
      add(totals, thread.thread, spent[node]);
    }
  }
  return summary;
}

Timeline timeline_of(const Recording& recording, std::uint64_t origin) {
  Timeline timeline;
  NameTable names(recording, timeline.names);
  for (const auto& thread : recording.threads) {
    add_tracks(timeline, thread, origin, names);
    timeline.dropped += static_cast<std::int64_t>(thread.dropped);
    timeline.threads.push_back(thread_of(thread, origin));
  }
  return timeline;
}

}  // namespace hpct
