// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/command.h"

namespace hpct {

int report_error(const Error& error) {
  fmt::print(stderr, "hpct-prof: {}\n", error.message);
  if (!error.hint.empty()) fmt::print(stderr, "  {}\n", error.hint);
  switch (error.code) {
    case ErrorCode::failed:
    case ErrorCode::wrong_result:
      return kWorkloadFailed;
    case ErrorCode::not_comparable:
      return kNotComparable;
    case ErrorCode::interrupted:
      return kInterrupted;
    default:
      return kUsage;
  }
}

}  // namespace hpct
