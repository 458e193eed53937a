// SPDX-License-Identifier: Apache-2.0
#include "analyzer/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/bootstrap.h"
#include "analyzer/differences.h"
#include "analyzer/instruction_counts.h"
#include "analyzer/metric.h"
#include "analyzer/repetitions.h"
#include "analyzer/run_pairs.h"
#include "analyzer/trust.h"
#include "analyzer/value_text.h"
#include "analyzer/verdict.h"
#include "reports/exit_status.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

constexpr std::string_view kMetric = "time.wall";

/// One side of a row: the shown value and the repetitions behind it.
struct Side {
  Value value;
  std::vector<double> seconds;
};

Side side_of(const ValueMap& values, std::vector<double> seconds) {
  std::erase_if(seconds, [](double time) { return time <= 0; });
  Side side{value_or_missing(values, kMetric, "s"), std::move(seconds)};
  if (!side.value.known() && !side.seconds.empty())
    side.value = Value::of(median(side.seconds), "s", Provenance::measured, "median of the repetitions");
  return side;
}

Side side_of(const Run& run) { return side_of(run.values, wall_seconds(run)); }

Side side_of(const Region& region) {
  std::vector<double> seconds;
  for (const auto ns : region.samples_ns) seconds.push_back(static_cast<double>(ns) * 1e-9);
  return side_of(region.values, std::move(seconds));
}

Side absent(std::string_view what, std::string_view report) {
  return {Value::missing("s", MissingReason::not_found, fmt::format("the {} has no such {}", report, what)),
          {}};
}

void refuse(ComparedRow& row, std::string reason) {
  row.verdict = Verdict::not_comparable;
  row.ratio = Value::missing("1", MissingReason::undefined, reason);
  row.reason = std::move(reason);
}

void leave_open(ComparedRow& row, std::string reason) {
  row.verdict = Verdict::undecided;
  row.reason = std::move(reason);
}

/// The reason why two readings of a time say nothing about each other, or "".
std::string mismatch(const Value& base, const Value& candidate) {
  if (!base.known()) return fmt::format("no time in the base: {}", base.detail);
  if (!candidate.known()) return fmt::format("no time in the candidate: {}", candidate.detail);
  if (base.unit != candidate.unit) return fmt::format("units differ: {} and {}", base.unit, candidate.unit);
  if (base.provenance != candidate.provenance)
    return fmt::format("one time is {}, the other {}", name_of(base.provenance),
                       name_of(candidate.provenance));
  if (*base.number <= 0) return "the base took no time";
  for (const auto* value : {&base, &candidate})
    if (auto doubt = distrust(*value); !doubt.empty()) return doubt;
  return {};
}

void compare_sides(ComparedRow& row, const Side& base, const Side& candidate, const CompareOptions& options) {
  row.base = base.value;
  row.candidate = candidate.value;
  if (auto reason = mismatch(base.value, candidate.value); !reason.empty())
    return refuse(row, std::move(reason));
  row.ratio = derive("1", "candidate / base", {&base.value, &candidate.value},
                     [&] { return *candidate.value.number / *base.value.number; });
  const auto repetitions = std::min(base.seconds.size(), candidate.seconds.size());
  if (repetitions < kMinRepetitions)
    return leave_open(row, fmt::format("needs at least {} repetitions on each side, there are {} and {}",
                                       kMinRepetitions, base.seconds.size(), candidate.seconds.size()));
  // One measurement compared with itself has no doubt between the sides, however much it scatters.
  if (base.seconds == candidate.seconds) {
    row.ratio.interval = Interval{1, 1};
    row.verdict = Verdict::unchanged;
    return;
  }
  const auto estimate = ratio_of_medians(base.seconds, candidate.seconds, options.resamples, options.seed);
  row.ratio.number = estimate.ratio;
  row.ratio.interval = estimate.interval;
  row.ratio.formula = "median(candidate) / median(base)";
  auto [verdict, reason] = judge(estimate, repetitions, options.threshold);
  row.verdict = verdict;
  row.reason = std::move(reason);
}

/// A program of the user's own has no reference to be checked against; its exit status is the check.
std::string failure_of(const Run& run, std::string_view report) {
  if (run.exit_status.value_or(0) != 0)
    return fmt::format("the program failed in the {}: {}", report, describe_exit(*run.exit_status));
  if (run.role == "program" || run.check.ok) return {};
  return fmt::format("{} in the {}{}{}", run.role == "benchmark" ? "the benchmark failed" : "wrong result",
                     report, run.check.message.empty() ? "" : ": ", run.check.message);
}

class Comparer {
 public:
  Comparer(const Report& base, const Report& candidate, const CompareOptions& options)
      : options_(options), base_(base), candidate_(candidate) {}

  Comparison compare() {
    comparison_.options = options_;
    comparison_.differences = machine_differences(base_, candidate_);
    machine_block_ = blocking(comparison_.differences);
    for (const auto& pair : pair_runs(base_, candidate_)) add_pair(pair);
    comparison_.roofs = compare_roofs(base_, candidate_);
    comparison_.overall = overall();
    return std::move(comparison_);
  }

 private:
  /// The first difference that forbids comparing, in words; "" when none does or the user insists.
  [[nodiscard]] std::string blocking(const std::vector<Difference>& differences) const {
    if (options_.ignore_differences) return {};
    for (const auto& difference : differences)
      if (difference.blocks)
        return fmt::format("{} differs: {} and {}", difference.what, difference.base, difference.candidate);
    return {};
  }

  void add_pair(const RunPair& pair) {
    if (pair.base == nullptr || pair.candidate == nullptr) return add_single(pair);
    auto differences = run_differences(*pair.base, *pair.candidate);
    auto reason = failure_of(*pair.base, "base");
    if (reason.empty()) reason = failure_of(*pair.candidate, "candidate");
    const bool failed = !reason.empty();
    if (reason.empty()) reason = machine_block_;
    if (reason.empty()) reason = blocking(differences);
    std::move(differences.begin(), differences.end(), std::back_inserter(comparison_.differences));
    add_row(*pair.base, "", side_of(*pair.base), side_of(*pair.candidate), reason);
    comparison_.rows.back().failed = failed;
    add_regions(pair, reason);
    for (auto& row : compare_counts(*pair.base, *pair.candidate, options_)) {
      if (failed) refuse(row, reason);
      row.failed = failed;
      comparison_.rows.push_back(std::move(row));
    }
  }

  void add_single(const RunPair& pair) {
    const bool lost = pair.candidate == nullptr;
    const auto& run = lost ? *pair.base : *pair.candidate;
    lost ? add_lost(run, "", side_of(run), "run") : add_new(run, "", side_of(run), "run");
  }

  void add_regions(const RunPair& pair, const std::string& reason) {
    for (const auto& region : pair.base->regions) {
      const auto* other = find(*pair.candidate, region.path);
      if (other != nullptr)
        add_row(*pair.base, region.path, side_of(region), side_of(*other), reason);
      else
        add_lost(*pair.base, region.path, side_of(region), "region");
    }
    for (const auto& region : pair.candidate->regions)
      if (find(*pair.base, region.path) == nullptr)
        add_new(*pair.candidate, region.path, side_of(region), "region");
  }

  void add_lost(const Run& run, const std::string& region, const Side& side, std::string_view what) {
    add_row(run, region, side, absent(what, "candidate"), fmt::format("only the base has this {}", what))
        .in_candidate = false;
  }

  void add_new(const Run& run, const std::string& region, const Side& side, std::string_view what) {
    add_row(run, region, absent(what, "base"), side, fmt::format("only the candidate has this {}", what))
        .in_base = false;
  }

  static const Region* find(const Run& run, const std::string& path) {
    const auto at = std::find_if(run.regions.begin(), run.regions.end(),
                                 [&](const Region& region) { return region.path == path; });
    return at == run.regions.end() ? nullptr : &*at;
  }

  ComparedRow& add_row(const Run& run, const std::string& region, const Side& base, const Side& candidate,
                       const std::string& forbidden) {
    ComparedRow row;
    row.workload = run.workload;
    row.variant = run.variant;
    row.region = region;
    row.metric = kMetric;
    row.threads = run.threads;
    compare_sides(row, base, candidate, options_);
    if (!forbidden.empty()) refuse(row, forbidden);
    return comparison_.rows.emplace_back(std::move(row));
  }

  /// Whole runs decide: many small regions would raise false alarms by their number alone. A run
  /// that is new in the candidate is no reason to doubt the others.
  [[nodiscard]] Verdict overall() const {
    std::optional<Verdict> worst;
    for (const auto& row : comparison_.rows) {
      if (!row.region.empty() || !row.in_base) continue;
      worst = worst ? worse(*worst, row.verdict) : row.verdict;
    }
    return worst.value_or(Verdict::not_comparable);
  }

  const CompareOptions& options_;
  const Report& base_;
  const Report& candidate_;
  Comparison comparison_;
  std::string machine_block_;
};

}  // namespace

std::string subject_of(const Comparison& comparison, const ComparedRow& row) {
  const auto alike = std::count_if(comparison.rows.begin(), comparison.rows.end(), [&](const auto& other) {
    return other.workload == row.workload && other.variant == row.variant && other.region == row.region &&
           other.metric == row.metric;
  });
  auto subject = label_of(row.workload, row.variant);
  if (alike > 1) subject += fmt::format(" on {} thread{}", row.threads, row.threads == 1 ? "" : "s");
  return row.region.empty() ? subject : subject + " " + row.region;
}

Comparison compare(const Analysis& base, const Analysis& candidate, const CompareOptions& options) {
  return Comparer(base.report, candidate.report, options).compare();
}

}  // namespace hpct
