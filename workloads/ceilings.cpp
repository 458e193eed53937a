// SPDX-License-Identifier: Apache-2.0
// The machine's own limits: bandwidth per memory level and arithmetic rates, per instruction set, on one
// and on all threads. Each variant is one limit; collector/ceilings turns its runs into roofs.
#include <fmt/format.h>
#include <hpct/workload.h>

#include <algorithm>
#include <cmath>

#include "collector/clock.h"
#include "collector/memory_room.h"
#include "workloads/cache_sizes.h"
#include "workloads/ceiling_limits.h"
#include "workloads/ceiling_member.h"
#include "workloads/ceiling_sweep.h"
#include "workloads/ceiling_work.h"
#include "workloads/page_size.h"
#include "workloads/thread_team.h"

namespace hpct {
namespace {

constexpr double kSampleSeconds = 0.005;

SweepPlan plan_for(const CacheSizes& facts, int threads, bool quick) {
  if (quick) return {.top = sweep_top(facts, threads, quick), .per_octave = 2, .rounds = 3, .seconds = 0.002};
  return {.top = sweep_top(facts, threads, quick)};
}

class Ceilings final : public Workload {
 public:
  Ceilings(const CacheSizes& facts, int threads, bool quick)
      : facts_(facts), threads_(threads), quick_(quick) {
    for (auto& limit : list_limits(facts, threads, quick)) works_.push_back({.limit = std::move(limit)});
  }

  Expected<void> prepare(Progress& progress) override;
  void warm(const Variant& variant) override;
  Expected<void> run(const Variant& variant) override;
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

 private:
  [[nodiscard]] const LimitWork* find(std::string_view name) const;
  [[nodiscard]] std::int64_t source_bytes(int member) const;
  [[nodiscard]] Expected<void> check_memory() const;
  Expected<void> fill_buffers();
  [[nodiscard]] WorkingSets swept_sets(int threads, Progress& progress);
  Expected<void> choose_sets(Progress& progress);
  void calibrate(LimitWork& work);
  void on_threads(int threads, const std::function<void(CeilingMember&)>& job);
  double timed(int threads, const std::function<void(CeilingMember&)>& job);

  CacheSizes facts_;
  int threads_;
  bool quick_;
  std::int64_t page_bytes_ = 0;
  std::vector<LimitWork> works_;
  std::unique_ptr<ThreadTeam> team_;
  std::vector<CeilingMember> members_;
};

const LimitWork* Ceilings::find(std::string_view name) const {
  const auto found = std::find_if(works_.begin(), works_.end(),
                                  [&](const LimitWork& work) { return work.limit.name() == name; });
  return found == works_.end() ? nullptr : &*found;
}

/// The largest set that this member reads in a sweep or for a limit.
std::int64_t Ceilings::source_bytes(int member) const {
  const auto needed = [&](int threads) {
    const auto dram = reported_sets(facts_, threads, quick_).at(static_cast<std::size_t>(MemoryLevel::dram));
    return std::max(dram->bytes, sweep_top(facts_, threads, quick_));
  };
  return member == 0 ? std::max(needed(1), needed(threads_)) : needed(threads_);
}

Expected<void> Ceilings::check_memory() const {
  const auto room = memory_room();
  if (!room) return {};
  std::int64_t needed = 0;
  for (int member = 0; member < threads_; ++member) needed += source_bytes(member) / 2 * 3;
  if (needed <= static_cast<std::int64_t>(room->available / 2)) return {};
  return fail(ErrorCode::not_supported,
              fmt::format("measuring DRAM needs {} MiB, more than half of the {} MiB that are free",
                          needed >> 20, room->available >> 20),
              "set quick=1, use fewer threads, or free some memory");
}

/// Each thread writes its buffer first and so gets it in the memory nearest to it. A quick look stores
/// nothing, so it needs no target.
Expected<void> Ceilings::fill_buffers() {
  members_ = std::vector<CeilingMember>(static_cast<std::size_t>(threads_));
  for (int member = 0; member < threads_; ++member) {
    const auto bytes = source_bytes(member);
    if (!members_[static_cast<std::size_t>(member)].allocate(bytes, quick_ ? 0 : bytes / 2))
      return fail(ErrorCode::io, "the system has no memory for the DRAM measurement", "set quick=1");
  }
  on_threads(threads_, [](CeilingMember& member) { member.fill(); });
  page_bytes_ = page_size_of_most_memory();
  return {};
}

void Ceilings::on_threads(int threads, const std::function<void(CeilingMember&)>& job) {
  if (threads == 1) return job(members_[0]);
  team_->run([&](int member) { job(members_[static_cast<std::size_t>(member)]); });
}

double Ceilings::timed(int threads, const std::function<void(CeilingMember&)>& job) {
  const auto begin = clock::monotonic_ns();
  on_threads(threads, job);
  return static_cast<double>(clock::monotonic_ns() - begin) * 1e-9;
}

WorkingSets Ceilings::swept_sets(int threads, Progress& progress) {
  const auto plan = plan_for(facts_, threads, quick_);
  const auto* const kernel = widest_kernel();
  const auto load = [&](std::int64_t words, std::int64_t passes) {
    return timed(threads, [&](CeilingMember& member) {
      kernel->load(member.words(), static_cast<std::uint64_t>(words), static_cast<std::uint64_t>(passes));
    });
  };
  const std::size_t fewest = plan.per_octave > 2 ? 4 : 3;
  const auto plateaus = find_plateaus(sweep(plan, threads, load, progress), fewest);
  return sets_of(name_plateaus(plateaus, facts_, threads, plan.top), reported_sets(facts_, threads, quick_));
}

Expected<void> Ceilings::choose_sets(Progress& progress) {
  const auto single = swept_sets(1, progress);
  const auto fallback = reported_sets(facts_, threads_, quick_);
  const auto team = threads_ == 1 ? single
                    : quick_      ? shared_among(single, threads_, fallback)
                                  : swept_sets(threads_, progress);
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while looking for the caches");
  for (auto& work : works_) {
    if (work.limit.level == MemoryLevel::none) continue;
    const auto& set =
        (work.limit.threads == 1 ? single : team).at(static_cast<std::size_t>(work.limit.level));
    work.set_bytes = set->bytes;
    work.plateau = set->plateau;
  }
  return {};
}

Expected<void> Ceilings::prepare(Progress& progress) {
  if (auto enough = check_memory(); !enough) return enough;
  auto team = make_thread_team(threads_);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  if (auto filled = fill_buffers(); !filled) return filled;
  if (auto chosen = choose_sets(progress); !chosen) return chosen;
  double done = 0;
  for (auto& work : works_) {
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while calibrating limits");
    if (cpu_supports(work.limit.isa())) calibrate(work);
    progress.update("calibrating limits", ++done, static_cast<double>(works_.size()));
  }
  return {};
}

/// Finds the units that take the target time: doubles them up to a tenth of it, then takes the
/// fastest of three, so that a disturbance only ever makes a repetition longer.
void Ceilings::calibrate(LimitWork& work) {
  const auto seconds = [&] {
    return timed(work.limit.threads, [&](CeilingMember& member) { member.run(work, work.units); });
  };
  while (seconds() < kSampleSeconds / 10) work.units *= 2;
  const double fastest = std::min({seconds(), seconds(), seconds()});
  const double factor = kSampleSeconds / fastest;
  work.units = std::max<std::int64_t>(1, std::llround(std::ceil(factor * static_cast<double>(work.units))));
}

/// A fifth of the work: the clock settles for these instructions, and a cache set is where it belongs again
/// after whatever ran in between.
void Ceilings::warm(const Variant& variant) {
  const auto* const work = find(variant.name);
  if (work == nullptr) return;
  on_threads(work->limit.threads, [&](CeilingMember& member) {
    member.run(*work, std::max<std::int64_t>(1, work->units / 5));
    member.spoil(*work);
  });
}

Expected<void> Ceilings::run(const Variant& variant) {
  const auto* const work = find(variant.name);
  if (work == nullptr) return fail(ErrorCode::usage, fmt::format("no limit is called \"{}\"", variant.name));
  on_threads(work->limit.threads, [&](CeilingMember& member) { member.run(*work, work->units); });
  return {};
}

Expected<Check> Ceilings::verify(const Variant& variant) {
  const auto* const work = find(variant.name);
  if (work == nullptr) return fail(ErrorCode::usage, fmt::format("no limit is called \"{}\"", variant.name));
  Check check{.ok = true, .reference = "closed form of the sums and stores", .message = {}};
  for (int i = 0; i < work->limit.threads && check.ok; ++i) {
    check.ok = members_[static_cast<std::size_t>(i)].verify(*work);
    if (!check.ok) check.message = fmt::format("thread {} got another result", i);
  }
  return check;
}

DeclaredWork Ceilings::work(const Variant& variant) const {
  const auto* const work = find(variant.name);
  return work == nullptr ? DeclaredWork{} : declared_work(*work, page_bytes_);
}

std::string summarise(const Limit& limit) {
  const char* const threads = limit.threads == 1 ? "thread" : "threads";
  switch (limit.kind) {
    case Limit::Kind::load:
      return fmt::format("loads, {} {}", limit.threads, threads);
    case Limit::Kind::copy:
      return fmt::format("a = b, {} {}", limit.threads, threads);
    case Limit::Kind::triad:
      return fmt::format("a = b + s * c, {} {}", limit.threads, threads);
    case Limit::Kind::nt_triad:
      return fmt::format("a = b + s * c, stored past the caches, {} {}", limit.threads, threads);
    case Limit::Kind::peak:
      break;
  }
  return fmt::format("multiply-add rate, {} independent chains, {} {}", kFmaChains, limit.threads, threads);
}

bool is_quick(const Settings& settings) { return settings.integer("quick") != 0; }

std::vector<Variant> list_variants(const Settings& settings) {
  std::vector<Variant> variants;
  for (const auto& limit : list_limits(read_cache_sizes(), settings.threads, is_quick(settings)))
    variants.push_back({limit.name(), summarise(limit), limit.isa(), limit.threads > 1});
  return variants;
}

std::vector<Parameter> list_parameters() {
  return {{"quick",
           std::int64_t{0},
           "1: some seconds: loads with the widest instructions, arithmetic, a coarse sweep",
           0,
           1,
           {}}};
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  return std::make_unique<Ceilings>(read_cache_sizes(), settings.threads, is_quick(settings));
}

}  // namespace

namespace workloads {

extern const WorkloadInfo ceilings;
const WorkloadInfo ceilings{.name = "ceilings",
                            .summary = "The machine's limits: bandwidth per level, arithmetic rates",
                            .role = "ceiling",
                            .item = "item",
                            .parameters = list_parameters,
                            .variants = list_variants,
                            .make = make,
                            .small = "quick=1"};

}  // namespace workloads
}  // namespace hpct
