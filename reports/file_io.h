// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <filesystem>
#include <string>
#include <string_view>

namespace hpct {

/// The whole file as text; `io` with the reason when it cannot be read.
Expected<std::string> read_file(const std::filesystem::path& file);

/// Writes through a temporary name in the same folder and renames it into place. Links are followed;
/// anything but a regular file (a device, a pipe) is refused with `io`.
Expected<void> write_file_atomically(const std::filesystem::path& file, std::string_view content);

}  // namespace hpct
