// SPDX-License-Identifier: Apache-2.0
#include "workloads/ceiling_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace hpct {
namespace {

constexpr std::int64_t kKi = 1024;
constexpr std::int64_t kMi = 1024 * kKi;
constexpr std::int64_t kL1Set = 24 * kKi;

std::int64_t round_down(std::int64_t bytes, std::int64_t step) { return bytes / step * step; }

/// All of the loads leave the L1 fast only while they leave room in it: 24 of 32 KiB, the
/// smallest L1 in use.
std::optional<std::int64_t> l1_set(const MemoryFacts& facts) {
  return facts.l1.value_or(0) >= 32 * kKi ? std::optional(kL1Set) : std::nullopt;
}

/// Half of the L2 at most (at its full size most loads miss), and well above the L1.
std::optional<std::int64_t> l2_set(const MemoryFacts& facts) {
  const auto set = std::min(512 * kKi, round_down(facts.l2.value_or(0) / 2, 4 * kKi));
  return set >= 4 * kL1Set ? std::optional(set) : std::nullopt;
}

/// A quarter of the L3 at most for all threads together, and well above the L2.
std::optional<std::int64_t> l3_set(const MemoryFacts& facts, int threads) {
  const auto set = std::min(16 * kMi, round_down(facts.l3.value_or(0) / 4 / threads, 4 * kKi));
  return set > 0 && set >= 4 * facts.l2.value_or(0) ? std::optional(set) : std::nullopt;
}

/// The buffer is read round and round, so a byte is asked for again only after all the others: at
/// least the reported L3 on one thread, twice that on several together.
std::int64_t dram_set(const MemoryFacts& facts, int threads, bool quick) {
  const auto single = std::max((quick ? 256 : 512) * kMi, round_down(facts.l3.value_or(0) + kMi - 1, kMi));
  return threads == 1 ? single : std::max(64 * kMi, round_down(2 * single / threads, kMi));
}

void add_compute_limits(std::vector<Limit>& limits, const CeilingKernel& kernel, int threads) {
  limits.push_back({"fma.fp32", Limit::Kind::fma_fp32, &kernel, threads, 0});
  limits.push_back({"fma.fp64", Limit::Kind::fma_fp64, &kernel, threads, 0});
}

void add_memory_limits(std::vector<Limit>& limits, const CeilingKernel& kernel, const MemoryFacts& facts,
                       int threads, bool quick) {
  const auto add = [&](const char* id, Limit::Kind kind, std::optional<std::int64_t> set) {
    if (set) limits.push_back({id, kind, &kernel, threads, *set});
  };
  add("l1.load", Limit::Kind::cache_load, l1_set(facts));
  add("l2.load", Limit::Kind::cache_load, l2_set(facts));
  add("l3.load", Limit::Kind::cache_load, l3_set(facts, threads));
  add("dram.load", Limit::Kind::dram_load, dram_set(facts, threads, quick));
}

/// The last kernel in the list that this CPU can run.
const CeilingKernel* widest_kernel() {
  const auto all = all_ceiling_kernels();
  return *std::find_if(all.rbegin(), all.rend(),
                       [](const CeilingKernel* kernel) { return cpu_supports(*isa_from(kernel->isa)); });
}

}  // namespace

std::string Limit::name() const { return fmt::format("{}/{}/{}", id, kernel->isa, threads); }

std::vector<Limit> list_limits(const MemoryFacts& facts, int threads, bool quick) {
  std::vector<Limit> limits;
  for (const auto* kernel : all_ceiling_kernels())
    for (const int team : threads > 1 ? std::vector{1, threads} : std::vector{1}) {
      if (!quick || kernel == widest_kernel()) add_memory_limits(limits, *kernel, facts, team, quick);
      add_compute_limits(limits, *kernel, team);
    }
  return limits;
}

}  // namespace hpct
