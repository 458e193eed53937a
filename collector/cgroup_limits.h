// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/machine_facts.h>

#include <filesystem>

namespace hpct {

/// The tightest CPU and memory limits on the way from our control group to the root: version 2, version 1,
/// or both at once. Where there are no control groups, or none limits us, the fields stay empty.
Limits cgroup_limits(const std::filesystem::path& root = "/");

}  // namespace hpct
