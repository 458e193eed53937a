// SPDX-License-Identifier: Apache-2.0
#include "collector/arm_core.h"

#include <array>

namespace hpct {
namespace {

struct Core {
  std::string_view implementer;
  std::string_view part;
  std::string_view name;
};

/// The fields of MIDR_EL1, as the cores' reference manuals give them.
constexpr std::array<Core, 15> kCores{{{"0x41", "0xd03", "Arm Cortex-A53"},
                                       {"0x41", "0xd07", "Arm Cortex-A57"},
                                       {"0x41", "0xd08", "Arm Cortex-A72"},
                                       {"0x41", "0xd0b", "Arm Cortex-A76"},
                                       {"0x41", "0xd0c", "Arm Neoverse N1"},
                                       {"0x41", "0xd40", "Arm Neoverse V1"},
                                       {"0x41", "0xd49", "Arm Neoverse N2"},
                                       {"0x41", "0xd4f", "Arm Neoverse V2"},
                                       {"0x41", "0xd84", "Arm Neoverse V3"},
                                       {"0x41", "0xd8e", "Arm Neoverse N3"},
                                       {"0x43", "0x0af", "Marvell ThunderX2"},
                                       {"0x46", "0x001", "Fujitsu A64FX"},
                                       {"0x48", "0xd01", "HiSilicon TSV110 (Kunpeng 920)"},
                                       {"0xc0", "0xac3", "Ampere-1"},
                                       {"0xc0", "0xac4", "Ampere-1A"}}};

}  // namespace

std::string arm_core_name(std::string_view implementer, std::string_view part) {
  for (const auto& core : kCores)
    if (core.implementer == implementer && core.part == part) return std::string(core.name);
  return "part " + std::string(part);
}

}  // namespace hpct
