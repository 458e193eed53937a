// SPDX-License-Identifier: Apache-2.0
#include <hpct_commit.h>  // written at build time by cmake/build_info.cmake

#include "collector/machine.h"

namespace hpct {

Tool describe_tool() {
  return {.name = "hpct-prof",
          .version = HPCT_VERSION,
          .commit = HPCT_COMMIT,
          .compiler = HPCT_COMPILER,
          .flags = HPCT_FLAGS,
          .build_type = HPCT_BUILD_TYPE};
}

}  // namespace hpct
