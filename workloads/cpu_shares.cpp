// SPDX-License-Identifier: Apache-2.0
#include "workloads/cpu_shares.h"

namespace hpct {

CpuShares::CpuShares(int members) : members_(members) {
  cpu_set_t all;
  const bool known = sched_getaffinity(0, sizeof all, &all) == 0;  // not where there are over 1024 CPUs
  if (known && members > 1 && CPU_COUNT(&all) >= members) allowed_ = all;
  if (allowed_) first_ = share_of(0);
}

/// Every members-th one: the second hardware threads of the cores come behind the first of all, so those of a
/// core mostly go to the same member.
cpu_set_t CpuShares::share_of(int member) const {
  cpu_set_t own;
  CPU_ZERO(&own);
  int seen = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &*allowed_) && seen++ % members_ == member) CPU_SET(cpu, &own);
  return own;
}

void CpuShares::take(int member) const noexcept {
  if (!allowed_) return;
  const auto own = share_of(member);
  sched_setaffinity(0, sizeof own, &own);
}

void CpuShares::visit_first() const noexcept {
  if (!allowed_) return;
  const int here = sched_getcpu();
  if (here < 0 || here >= CPU_SETSIZE || CPU_ISSET(here, &first_)) return;
  sched_setaffinity(0, sizeof first_, &first_);
  sched_setaffinity(0, sizeof *allowed_, &*allowed_);
}

}  // namespace hpct
