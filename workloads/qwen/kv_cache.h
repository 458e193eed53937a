// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "workloads/qwen/bf16.h"
#include "workloads/qwen/pages.h"
#include "workloads/qwen/shape.h"
#include "workloads/qwen/weight_format.h"
#include "workloads/thread_team.h"

namespace hpct::qwen {

/// The keys and values of all earlier tokens, in bf16, f16 or q8: [layer][kv head][slot][h], keys already
/// rotated. Its capacity is the context plus the one position that the step appends. In one piece, where a
/// position is its slot; or in pages of a fixed number of positions that are scattered over memory, as a
/// sequence gets them in a server after others have come and gone: a block table says where each lies.
class KvCache {
 public:
  /// `context` entries of unit variance; the last position stays zero. `page`: positions in a page, 0 for one
  /// piece; the numbers are the same in both. Error: no memory.
  static Expected<KvCache> make(const Shape& shape, std::int64_t context, std::uint64_t seed,
                                ThreadTeam& team, Format format = Format::bf16, std::int64_t page = 0);

  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] std::int64_t row_bytes() const { return row_bytes_; }

  [[nodiscard]] std::int64_t page() const { return page_; }
  /// Positions that memory is taken for.
  [[nodiscard]] std::int64_t reserved() const { return stride_ / row_bytes_; }

  /// One position of one head of one layer; those that follow in its run lie row_bytes() apart.
  [[nodiscard]] std::byte* key_row(std::int64_t layer, std::int64_t head, std::int64_t position) const {
    return keys_.data() + offset(layer, head) + slot(position) * row_bytes_;
  }
  [[nodiscard]] std::byte* value_row(std::int64_t layer, std::int64_t head, std::int64_t position) const {
    return values_.data() + offset(layer, head) + slot(position) * row_bytes_;
  }

  /// Calls visit(position, count) for each run of positions begin .. end - 1 that lie one after the other.
  template <class Visit>
  void for_each_run(std::int64_t begin, std::int64_t end, Visit visit) const {
    while (begin < end) {
      auto next = page_ == 0 ? end : std::min(end, (begin / page_ + 1) * page_);
      while (next < end && slot(next) == slot(next - 1) + 1) next = std::min(end, next + page_);
      visit(begin, next - begin);
      begin = next;
    }
  }

  /// Position 0 of one head of one layer of a cache in bf16 in one piece; the following positions lie h
  /// elements apart.
  [[nodiscard]] Bf16* keys(std::int64_t layer, std::int64_t head) const {
    return reinterpret_cast<Bf16*>(key_row(layer, head, 0));
  }
  [[nodiscard]] Bf16* values(std::int64_t layer, std::int64_t head) const {
    return reinterpret_cast<Bf16*>(value_row(layer, head, 0));
  }

 private:
  [[nodiscard]] std::int64_t slot(std::int64_t position) const {
    if (page_ == 0) return position;
    return table_[static_cast<std::size_t>(position / page_)] * page_ + position % page_;
  }
  [[nodiscard]] std::int64_t offset(std::int64_t layer, std::int64_t head) const {
    return (layer * heads_ + head) * stride_;
  }

  PageArray<std::byte> keys_;
  PageArray<std::byte> values_;
  Format format_ = Format::bf16;
  std::int64_t row_bytes_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t stride_ = 0;  ///< bytes of one head
  std::int64_t page_ = 0;
  std::vector<std::int32_t> table_;  ///< which page holds positions i * page_ and following
};

}  // namespace hpct::qwen
