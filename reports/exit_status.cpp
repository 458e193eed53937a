// SPDX-License-Identifier: Apache-2.0
#include "reports/exit_status.h"

#include <fmt/format.h>

#include <cstring>

namespace hpct {

std::string describe_exit(int status) {
  const char* const signal = status > 128 ? sigabbrev_np(status - 128) : nullptr;
  return signal == nullptr ? fmt::format("exit status {}", status)
                           : fmt::format("killed by SIG{} (exit status {})", signal, status);
}

}  // namespace hpct
