// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collector/counter_source.h"
#include "collector/known_kernels.h"

namespace hpct {

using CounterSources = std::span<const std::unique_ptr<CounterSource>>;
using Certificate = std::vector<CertificateEntry>;

/// Runs every kernel that this CPU has under every source that counts what the kernel knows, well below a
/// second in all. A counter that another program blocks at the moment gets no entry; one that reads
/// nothing where it must move gets one that is not ok.
Certificate certify(CounterSources sources, std::span<const KnownKernel> kernels = known_kernels());

/// Which events stand behind the counters that can be certified: what a stored certificate must have been
/// made of to be good. Empty: there is nothing to certify.
std::string certifiable_events(CounterSources sources,
                               std::span<const KnownKernel> kernels = known_kernels());

/// Replaces every counter in `values` that miscounted a kernel with a missing value that says by how much.
void drop_refuted(const Certificate& certificate, ValueMap& values);

}  // namespace hpct
