// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "collector/sampling/stack_profile.h"

namespace hpct {

/// The address that the linker gave to what lies at `file_offset` of a program or library; nothing when the
/// file is no ELF file or does not load that part.
std::optional<std::uint64_t> virtual_address_of(const OpenFile& file, std::uint64_t file_offset);

}  // namespace hpct
