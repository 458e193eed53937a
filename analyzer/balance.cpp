// SPDX-License-Identifier: Apache-2.0
#include "analyzer/balance.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace hpct {
namespace {

// Clock reads and scheduling make nested times differ by a little.
constexpr double kSlack = 1.02;
// An inner region that accounts for this much of the outer one's saving is where to look.
constexpr double kExplains = 0.8;

struct Shares {
  double slowest = 0;  // s
  double mean = 0;     // s, over the threads of the run: one that came too late to get work counts
  std::size_t took_part = 0;
};

Shares shares_of(const Run& run, const Region& region) {
  Shares shares;
  double total = 0;
  for (const auto& thread : region.threads) {
    const double seconds = static_cast<double>(thread.time_ns) * 1e-9;
    if (seconds > 0) ++shares.took_part;
    shares.slowest = std::max(shares.slowest, seconds);
    total += seconds;
  }
  shares.mean =
      total / std::max({1.0, static_cast<double>(run.threads), static_cast<double>(shares.took_part)});
  return shares;
}

bool is_child(std::string_view path, std::string_view parent) {
  if (!parent.empty()) {
    if (path.size() <= parent.size() + 1 || !path.starts_with(parent) || path[parent.size()] != '/')
      return false;
    path.remove_prefix(parent.size() + 1);
  }
  return path.find('/') == std::string_view::npos;
}

std::vector<const Region*> children_of(const Run& run, std::string_view parent) {
  std::vector<const Region*> children;
  for (const auto& region : run.regions)
    if (is_child(region.path, parent)) children.push_back(&region);
  return children;
}

double own_saving(const Run& run, const Region& region) {
  const auto shares = shares_of(run, region);
  return shares.took_part < 2 ? 0 : shares.slowest - shares.mean;
}

double saving_below(const Run& run, std::string_view parent, double elapsed);

double saving_of(const Run& run, const Region& region) {
  return std::max(own_saving(run, region), saving_below(run, region.path, shares_of(run, region).slowest));
}

/// What the children save together, 0 when they overlap in time (see the header).
double saving_below(const Run& run, std::string_view parent, double elapsed) {
  double slowest = 0;
  double saving = 0;
  for (const auto* child : children_of(run, parent)) {
    slowest += shares_of(run, *child).slowest;
    saving += saving_of(run, *child);
  }
  return slowest <= elapsed * kSlack ? saving : 0;
}

}  // namespace

Value imbalance_of(const Run& run, const Region& region) {
  const auto shares = shares_of(run, region);
  if (shares.took_part < 2)
    return Value::missing("%", MissingReason::undefined, "one thread ran it, there is nothing to balance");
  return Value::of((shares.slowest - shares.mean) / shares.slowest, "%", Provenance::measured,
                   "(slowest thread - mean) / slowest thread");
}

Value imbalance_of(const Run& run) {
  const auto wall = run.values.find("time.wall");
  if (run.threads < 2)
    return Value::missing("%", MissingReason::undefined, "one thread ran it, there is nothing to balance");
  if (run.regions.empty() || wall == run.values.end() || !wall->second.known())
    return Value::missing("%", MissingReason::not_found, "no region shows the time of each thread");
  const double elapsed = *wall->second.number;
  double saving = saving_below(run, "", elapsed);
  if (saving == 0) saving = largest_saving(run).seconds;
  return Value::of(std::min(saving / elapsed, 1.0), "%", Provenance::measured,
                   "time saved by balancing every region / time.wall");
}

BalanceSaving largest_saving(const Run& run) {
  BalanceSaving best;
  for (const auto& region : run.regions) {
    const double seconds = own_saving(run, region);
    const bool inside = best.region != nullptr && region.path.starts_with(best.region->path + "/");
    if (seconds > best.seconds * (inside ? kExplains : 1.0)) best = {&region, seconds};
  }
  return best;
}

}  // namespace hpct
