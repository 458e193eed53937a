// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <algorithm>
#include <vector>

#include "workloads/qwen/pages.h"
#include "workloads/qwen/shape.h"
#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {

/// Which pages of a PagedCache hold the positions of one sequence: position p lies in entry p / page.
struct BlockTable {
  std::vector<std::int32_t> pages;
};

/// Keys and values of many sequences, in bf16, f16 or q8, in pages of a fixed number of positions that are
/// handed out one by one and come back on a free list: [layer][kv head][page][position in the page][h], keys
/// already rotated. Pages that follow each other in a table and in memory are read as one run; a sequence
/// that reserved all its pages at once is a contiguous cache.
class PagedCache {
 public:
  /// Error: no memory.
  static Expected<PagedCache> make(const Shape& shape, std::int64_t pages, std::int64_t page,
                                   Format format = Format::bf16);

  [[nodiscard]] Format format() const { return format_; }
  /// Of one position of one head.
  [[nodiscard]] std::int64_t row_bytes() const { return row_bytes_; }

  [[nodiscard]] std::int64_t page() const { return page_; }
  [[nodiscard]] std::int64_t pages() const { return pages_; }
  [[nodiscard]] std::int64_t free_pages() const { return static_cast<std::int64_t>(free_.size()); }
  [[nodiscard]] std::int64_t pages_for(std::int64_t positions) const {
    return (positions + page_ - 1) / page_;
  }

  /// Gives the table pages until it covers `positions`; false, and as many as there were, when none are left.
  bool grow(BlockTable& table, std::int64_t positions);

  /// The same with neighbouring pages only, for a table that has none: one run.
  bool reserve(BlockTable& table, std::int64_t positions);

  /// All pages of the table come back.
  void release(BlockTable& table);

  /// All pages are free, in order, whoever had them.
  void clear();

  /// The order of the free pages by a seed, as after many sequences have come and gone: pages that follow
  /// each other in a table no longer do so in memory.
  void shuffle(std::uint64_t seed);

  /// Where a position lies, counted in positions of the whole pool.
  [[nodiscard]] std::int64_t slot(const BlockTable& table, std::int64_t position) const {
    return table.pages[static_cast<std::size_t>(position / page_)] * page_ + position % page_;
  }
  /// The following slots lie row_bytes() apart.
  [[nodiscard]] std::byte* keys(std::int64_t layer, std::int64_t head, std::int64_t slot) const {
    return keys_.data() + offset(layer, head, slot);
  }
  [[nodiscard]] std::byte* values(std::int64_t layer, std::int64_t head, std::int64_t slot) const {
    return values_.data() + offset(layer, head, slot);
  }
  [[nodiscard]] std::span<std::byte> all_keys() const { return keys_.span(); }
  [[nodiscard]] std::span<std::byte> all_values() const { return values_.span(); }

  /// Calls visit(slot, count) for each run of neighbouring slots that hold positions 0 .. positions - 1.
  template <class Visit>
  void for_each_run(const BlockTable& table, std::int64_t positions, Visit visit) const {
    for (std::int64_t done = 0; done < positions;) {
      const auto first = slot(table, done);
      auto count = std::min(page_, positions - done);
      while (done + count < positions && slot(table, done + count) == first + count)
        count += std::min(page_, positions - done - count);
      visit(first, count);
      done += count;
    }
  }

 private:
  [[nodiscard]] std::int64_t offset(std::int64_t layer, std::int64_t head, std::int64_t slot) const {
    return ((layer * heads_ + head) * pages_ * page_ + slot) * row_bytes_;
  }

  PageArray<std::byte> keys_;
  PageArray<std::byte> values_;
  std::vector<std::int32_t> free_;  ///< taken from the back
  std::int64_t heads_ = 0;
  Format format_ = Format::bf16;
  std::int64_t row_bytes_ = 0;
  std::int64_t pages_ = 0;
  std::int64_t page_ = 0;
};

/// Bytes of keys and values of one position, all layers: 2 L K h elements.
std::int64_t position_bytes(const Shape& shape, Format format = Format::bf16);

/// What the cache of one sequence takes at that length, in one piece and, where a page is set, in pages:
/// "kv.bytes.contiguous", "kv.bytes.paged", and "kv.waste.paged", the share of the pages that is not filled.
void add_cache_facts(const Shape& shape, Format format, std::int64_t positions, std::int64_t page,
                     ValueMap& facts);

}  // namespace hpct::qwen
