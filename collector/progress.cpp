// SPDX-License-Identifier: Apache-2.0
#include <hpct/progress.h>

#include <atomic>

namespace hpct {
namespace {
std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");
}  // namespace

void request_interrupt() noexcept { interrupted.store(true, std::memory_order_relaxed); }

bool interrupt_requested() noexcept { return interrupted.load(std::memory_order_relaxed); }

}  // namespace hpct
