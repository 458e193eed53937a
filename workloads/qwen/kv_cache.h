// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/bf16.h"
#include "workloads/qwen/pages.h"
#include "workloads/qwen/shape.h"
#include "workloads/qwen/weight_format.h"
#include "workloads/thread_team.h"

namespace hpct::qwen {

/// The keys and values of all earlier tokens, in bf16, f16 or q8: [layer][kv head][position][h], keys already
/// rotated. Its capacity is the context plus the one position that the step appends.
class KvCache {
 public:
  /// `context` entries of unit variance; the last position stays zero. Error: no memory.
  static Expected<KvCache> make(const Shape& shape, std::int64_t context, std::uint64_t seed,
                                ThreadTeam& team, Format format = Format::bf16);

  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] std::int64_t row_bytes() const { return row_bytes_; }

  /// One position of one head of one layer; the following ones lie row_bytes() apart.
  [[nodiscard]] std::byte* key_row(std::int64_t layer, std::int64_t head, std::int64_t position) const {
    return keys_.data() + offset(layer, head) + position * row_bytes_;
  }
  [[nodiscard]] std::byte* value_row(std::int64_t layer, std::int64_t head, std::int64_t position) const {
    return values_.data() + offset(layer, head) + position * row_bytes_;
  }

  /// Position 0 of one head of one layer of a cache in bf16; the following positions lie h elements apart.
  [[nodiscard]] Bf16* keys(std::int64_t layer, std::int64_t head) const {
    return reinterpret_cast<Bf16*>(key_row(layer, head, 0));
  }
  [[nodiscard]] Bf16* values(std::int64_t layer, std::int64_t head) const {
    return reinterpret_cast<Bf16*>(value_row(layer, head, 0));
  }

 private:
  [[nodiscard]] std::int64_t offset(std::int64_t layer, std::int64_t head) const {
    return (layer * heads_ + head) * stride_;
  }

  PageArray<std::byte> keys_;
  PageArray<std::byte> values_;
  Format format_ = Format::bf16;
  std::int64_t row_bytes_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t stride_ = 0;  ///< bytes of one head
};

}  // namespace hpct::qwen
