// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace hpct::qwen {

/// Somebody's question: it arrives at the border before step `arrival`, and is answered with `answer` tokens.
struct Request {
  std::int64_t arrival = 0;
  std::vector<std::int64_t> prompt;
  std::int64_t answer = 1;
  [[nodiscard]] std::int64_t length() const { return static_cast<std::int64_t>(prompt.size()) + answer; }
};

/// What requests are drawn from. Lengths lie evenly between half and one and a half of their mean, gaps
/// between arrivals between none and twice their mean. Arrivals are counted in steps, not in seconds, so that
/// the same sequences meet whatever the machine's speed.
struct RequestMix {
  std::int64_t count = 1;
  std::int64_t prompt = 32;  ///< mean tokens
  std::int64_t answer = 16;  ///< mean tokens
  std::int64_t gap = 1;      ///< mean steps
  std::uint64_t seed = 1;
};

/// In order of arrival; a pure function of its arguments.
std::vector<Request> make_requests(const RequestMix& mix, std::int64_t vocabulary);

/// The longest that the mix can draw.
std::int64_t longest_request(const RequestMix& mix);

}  // namespace hpct::qwen
