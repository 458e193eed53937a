// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/progress.h>

#include <algorithm>
#include <cstdint>

namespace hpct::qwen {

/// The half-open part of a range that one member of a team works on; may be empty.
struct Share {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  [[nodiscard]] std::int64_t size() const { return end - begin; }
};

/// Member `member` of `members` gets whole grains, as evenly as they go. 16 floats are a cache
/// line: with that grain no two members write the same line.
inline Share share_of(std::int64_t count, int member, int members, std::int64_t grain = 16) {
  const auto grains = (count + grain - 1) / grain;
  return {std::min(count, grain * (grains * member / members)),
          std::min(count, grain * (grains * (member + 1) / members))};
}

/// Calls work(part) for parts of at most `size`; not for the rest after an interrupt.
template <class Work>
void in_parts(Share whole, std::int64_t size, Work work) {
  for (auto begin = whole.begin; begin < whole.end && !interrupt_requested(); begin += size)
    work(Share{begin, std::min(begin + size, whole.end)});
}

}  // namespace hpct::qwen
