// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/token_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "workloads/qwen/shape.h"

namespace hpct::qwen {

Expected<std::vector<std::int64_t>> parse_tokens(std::string_view text, std::int64_t vocabulary) {
  std::vector<std::int64_t> tokens;
  while (!text.empty()) {
    const auto part = text.substr(0, text.find(','));
    std::int64_t token = -1;
    const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), token);
    if (error != std::errc{} || stop != part.data() + part.size() || token < 0 || token >= vocabulary)
      return fail(ErrorCode::usage, fmt::format("\"{}\" is not a token of the model", part.substr(0, 32)),
                  fmt::format("tokens are numbers from 0 to {}, as in --set tokens=9707,11", vocabulary - 1));
    tokens.push_back(token);
    if (part.size() + 1 == text.size())
      return fail(ErrorCode::usage, "the list of tokens ends with a comma", "write it as 9707,11,1879");
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  if (static_cast<std::int64_t>(tokens.size()) > kMaxPositions)
    return fail(ErrorCode::usage,
                fmt::format("{} tokens; the models have {} positions", tokens.size(), kMaxPositions));
  return tokens;
}

}  // namespace hpct::qwen
