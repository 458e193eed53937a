// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hpct {

/// The name of a 64-bit Arm core, from the "CPU implementer" and "CPU part" of /proc/cpuinfo ("0x41",
/// "0xd0c"), which is all that the kernel tells. "part 0x.." for one we do not know.
std::string arm_core_name(std::string_view implementer, std::string_view part);

}  // namespace hpct
