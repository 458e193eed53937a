// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>

#include <string>
#include <string_view>

namespace hpct {

/// Does it begin like a Zstandard frame?
bool is_compressed(std::string_view bytes);

Expected<std::string> compress(std::string_view text);

/// `name` is the file's, for the message when it is damaged.
Expected<std::string> decompress(std::string_view bytes, const std::string& name);

}  // namespace hpct
