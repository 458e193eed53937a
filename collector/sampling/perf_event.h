// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/value.h>
#include <linux/perf_event.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "collector/sampling/options.h"

namespace hpct {

/// A kernel event that takes samples here, ready to be opened on any process.
struct SamplingEvent {
  perf_event_attr attributes{};
  std::string name;          ///< "cycles" or "cpu-clock"
  bool sees_kernel = false;  ///< samples in the kernel are taken too
};

/// Why there is none.
struct NoSampling {
  MissingReason reason = MissingReason::not_found;
  std::string detail;
};

/// perf_event_open(2) as it is: a descriptor, or -1 with errno.
int open_perf_event(perf_event_attr attributes, pid_t process, int cpu);

/// The best event this machine and user have: hardware cycles, else the software clock; with the kernel's
/// part where that is allowed, else without.
tl::expected<SamplingEvent, NoSampling> choose_sampling_event(const SamplingOptions& options);

/// Processors that are on, as the kernel numbers them.
std::vector<int> online_cpus();

/// The user's registers that a sample carries, for unwinding: a mask in the kernel's numbering.
std::uint64_t unwinding_registers();

/// Bytes of the stack that a sample carries, for unwinding.
inline constexpr std::uint32_t kStackCopy = 8192;

}  // namespace hpct
