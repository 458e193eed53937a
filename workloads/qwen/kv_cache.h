// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/bf16.h"
#include "workloads/qwen/pages.h"
#include "workloads/qwen/shape.h"
#include "workloads/thread_team.h"

namespace hpct::qwen {

/// The keys and values of all earlier tokens, as bf16: [layer][kv head][position][h], keys already
/// rotated. Its capacity is the context plus the one position that the step appends.
class KvCache {
 public:
  /// `context` entries of unit variance; the last position stays zero. Error: no memory.
  static Expected<KvCache> make(const Shape& shape, std::int64_t context, std::uint64_t seed,
                                ThreadTeam& team);

  /// Position 0 of one head of one layer; the following positions lie h elements apart.
  [[nodiscard]] Bf16* keys(std::int64_t layer, std::int64_t head) const {
    return keys_.data() + offset(layer, head);
  }
  [[nodiscard]] Bf16* values(std::int64_t layer, std::int64_t head) const {
    return values_.data() + offset(layer, head);
  }

 private:
  [[nodiscard]] std::int64_t offset(std::int64_t layer, std::int64_t head) const {
    return (layer * heads_ + head) * stride_;
  }

  PageArray<Bf16> keys_;
  PageArray<Bf16> values_;
  std::int64_t heads_ = 0;
  std::int64_t stride_ = 0;  ///< elements of one head
};

}  // namespace hpct::qwen
