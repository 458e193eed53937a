// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include <hpct/expected.h>

namespace hpct {

/// Starts `command` with our environment plus `environment` ("NAME=value"; these win). `before_exec` is
/// called with the child's number while the child waits between fork and exec; when it returns, the
/// program begins. An unknown or unusable program is a usage error, and leaves no process behind.
Expected<pid_t> start_child(const std::vector<std::string>& command,
                            const std::vector<std::string>& environment,
                            const std::function<void(pid_t)>& before_exec);

}  // namespace hpct
