// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hpct::qwen {

/// "9707,11,1879" as numbers below `vocabulary`; an empty text is an empty list. ErrorCode::usage for
/// anything else, and for more tokens than the models have positions.
Expected<std::vector<std::int64_t>> parse_tokens(std::string_view text, std::int64_t vocabulary);

}  // namespace hpct::qwen
