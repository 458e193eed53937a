// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace hpct {

/// "exit status 7", or "killed by SIGSEGV (exit status 139)" for 128 + a signal's number, the way shells
/// report it.
std::string describe_exit(int status);

}  // namespace hpct
