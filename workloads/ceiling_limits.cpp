// SPDX-License-Identifier: Apache-2.0
#include "workloads/ceiling_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace hpct {
namespace {

constexpr std::int64_t kKi = 1024;
constexpr std::int64_t kMi = 1024 * kKi;
constexpr std::int64_t kL1Set = 24 * kKi;

std::int64_t round_down(std::int64_t bytes, std::int64_t step) { return bytes / step * step; }

/// All of the loads leave the L1 fast only while they leave room in it: 24 of 32 KiB, the
/// smallest L1 in use.
std::optional<std::int64_t> l1_set(const CacheSizes& facts) {
  return facts.l1.value_or(0) >= 32 * kKi ? std::optional(kL1Set) : std::nullopt;
}

/// Half of the L2 at most (at its full size most loads miss), and well above the L1.
std::optional<std::int64_t> l2_set(const CacheSizes& facts) {
  const auto set = std::min(512 * kKi, round_down(facts.l2.value_or(0) / 2, 4 * kKi));
  return set >= 4 * kL1Set ? std::optional(set) : std::nullopt;
}

/// A quarter of the L3 at most for all threads together, and well above the L2.
std::optional<std::int64_t> l3_set(const CacheSizes& facts, int threads) {
  const auto set = std::min(16 * kMi, round_down(facts.l3.value_or(0) / 4 / threads, 4 * kKi));
  return set > 0 && set >= 4 * facts.l2.value_or(0) ? std::optional(set) : std::nullopt;
}

/// The buffer is read round and round, so a byte is asked for again only after all the others: at
/// least the reported L3 on one thread, twice that on several together.
std::int64_t dram_set(const CacheSizes& facts, int threads, bool quick) {
  const auto single = std::max((quick ? 256 : 512) * kMi, round_down(facts.l3.value_or(0) + kMi - 1, kMi));
  return threads == 1 ? single : std::max(64 * kMi, round_down(2 * single / threads, kMi));
}

std::optional<WorkingSet> chosen(std::optional<std::int64_t> bytes) {
  return bytes ? std::optional(WorkingSet{*bytes, std::nullopt}) : std::nullopt;
}

struct Loop {
  Limit::Kind kind;
  std::string_view name;
};

/// Stores past the caches end in DRAM wherever the set is, so they are asked for there only.
std::vector<Loop> loops_of(const CeilingKernel& kernel, MemoryLevel level, bool quick) {
  if (kernel.load == nullptr) return {};
  if (quick) return {{Limit::Kind::load, "load"}};
  std::vector<Loop> loops{
      {Limit::Kind::load, "load"}, {Limit::Kind::copy, "copy"}, {Limit::Kind::triad, "triad"}};
  if (level == MemoryLevel::dram && kernel.nt_triad != nullptr)
    loops.push_back({Limit::Kind::nt_triad, "nt_triad"});
  return loops;
}

void add_memory_limits(std::vector<Limit>& limits, const CeilingKernel& kernel, const CacheSizes& facts,
                       int threads, bool quick) {
  constexpr std::array<std::string_view, kMemoryLevels> kNames{"l1", "l2", "l3", "dram"};
  const auto sets = reported_sets(facts, threads, quick);
  for (std::size_t i = 0; i < kMemoryLevels; ++i)
    if (const auto level = static_cast<MemoryLevel>(i); sets.at(i))
      for (const auto& [kind, name] : loops_of(kernel, level, quick))
        limits.push_back({fmt::format("{}.{}", kNames.at(i), name), kind, level, &kernel, nullptr, threads});
}

void add_compute_limits(std::vector<Limit>& limits, const CeilingKernel& kernel, int threads) {
  for (const auto& peak : std::span(kernel.peaks, static_cast<std::size_t>(kernel.peak_count)))
    limits.push_back({peak.id, Limit::Kind::peak, MemoryLevel::none, &kernel, &peak, threads});
}

bool is_scalar(const CeilingKernel& kernel) { return std::string_view(kernel.name) == "scalar"; }

}  // namespace

std::string Limit::name() const { return fmt::format("{}/{}/{}", id, kernel->name, threads); }

int Limit::arrays() const {
  if (kind == Kind::copy) return 2;
  return kind == Kind::triad || kind == Kind::nt_triad ? 3 : 1;
}

const CeilingKernel* widest_kernel() {
  const auto all = all_ceiling_kernels();
  return *std::find_if(all.rbegin(), all.rend(), [](const CeilingKernel* kernel) {
    return kernel->load != nullptr && cpu_supports(*isa_from(kernel->isa));
  });
}

std::vector<Limit> list_limits(const CacheSizes& reported, int threads, bool quick) {
  std::vector<Limit> limits;
  for (const auto* kernel : all_ceiling_kernels())
    for (const int team : threads > 1 ? std::vector{1, threads} : std::vector{1}) {
      if (!quick || kernel == widest_kernel()) add_memory_limits(limits, *kernel, reported, team, quick);
      if (!quick || !is_scalar(*kernel)) add_compute_limits(limits, *kernel, team);
    }
  return limits;
}

WorkingSets reported_sets(const CacheSizes& reported, int threads, bool quick) {
  return {chosen(l1_set(reported)), chosen(l2_set(reported)), chosen(l3_set(reported, threads)),
          chosen(dram_set(reported, threads, quick))};
}

WorkingSets sets_of(const NamedPlateaus& named, const WorkingSets& fallback) {
  auto sets = fallback;
  for (std::size_t i = 0; i < kMemoryLevels; ++i)
    if (const auto& plateau = named.at(i)) sets.at(i) = WorkingSet{plateau->measured_set(), plateau};
  return sets;
}

WorkingSets shared_among(WorkingSets single, int threads, const WorkingSets& fallback) {
  constexpr auto kL3 = static_cast<std::size_t>(MemoryLevel::l3);
  constexpr auto kDram = static_cast<std::size_t>(MemoryLevel::dram);
  if (auto& l3 = single.at(kL3)) *l3 = {std::max(kKi, round_down(l3->bytes / threads, kKi)), std::nullopt};
  single.at(kDram) = fallback.at(kDram);
  return single;
}

std::int64_t sweep_top(const CacheSizes& reported, int threads, bool quick) {
  const auto l3 = round_down(reported.l3.value_or(0) + kMi - 1, kMi);
  const auto single = quick ? std::max(512 * kMi, std::min(1024 * kMi, l3))
                            : std::min(2048 * kMi, std::max(1024 * kMi, 2 * l3));
  return threads == 1 ? single : std::max(128 * kMi, round_down(2 * single / threads, kMi));
}

}  // namespace hpct
