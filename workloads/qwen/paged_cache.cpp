// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/paged_cache.h"

#include <functional>
#include <iterator>
#include <utility>

#include "workloads/qwen/random.h"

namespace hpct::qwen {

Expected<PagedCache> PagedCache::make(const Shape& shape, std::int64_t pages, std::int64_t page,
                                      Format format) {
  PagedCache cache;
  cache.heads_ = shape.kv_heads;
  cache.format_ = format;
  cache.row_bytes_ = bytes_of(format, shape.head_dim);
  cache.pages_ = pages;
  cache.page_ = page;
  const auto size = shape.layers * shape.kv_heads * cache.row_bytes_ * pages * page;
  if (auto made = Allocations().add(cache.keys_, size).add(cache.values_, size).result(); !made)
    return tl::unexpected(made.error());
  cache.free_.reserve(static_cast<std::size_t>(pages));
  cache.clear();
  return cache;
}

void PagedCache::clear() {
  free_.clear();
  for (auto number = pages_; number > 0; --number) free_.push_back(static_cast<std::int32_t>(number - 1));
}

void PagedCache::shuffle(std::uint64_t seed) {
  for (std::size_t left = free_.size(); left > 1; --left)
    std::swap(free_[left - 1], free_[random_word(seed, left) % left]);
}

bool PagedCache::grow(BlockTable& table, std::int64_t positions) {
  while (static_cast<std::int64_t>(table.pages.size()) < pages_for(positions)) {
    if (free_.empty()) return false;
    table.pages.push_back(free_.back());
    free_.pop_back();
  }
  return true;
}

/// Few reservations, each at a border of the program: a search through a sorted copy is quick enough.
bool PagedCache::reserve(BlockTable& table, std::int64_t positions) {
  const auto wanted = static_cast<std::size_t>(pages_for(positions));
  std::sort(free_.begin(), free_.end(), std::greater<>{});
  std::size_t run = 0;
  for (std::size_t i = free_.size(); i-- > 0;) {
    run = run > 0 && free_[i] == free_[i + 1] + 1 ? run + 1 : 1;
    if (run < wanted) continue;
    const auto last = free_.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = last + static_cast<std::ptrdiff_t>(wanted);
    table.pages.assign(std::make_reverse_iterator(end), std::make_reverse_iterator(last));
    free_.erase(last, end);
    return true;
  }
  return wanted == 0;
}

void PagedCache::release(BlockTable& table) {
  free_.insert(free_.end(), table.pages.rbegin(), table.pages.rend());
  table.pages.clear();
}

std::int64_t position_bytes(const Shape& shape, Format format) {
  return 2 * shape.layers * bytes_of(format, shape.kv_size());
}

void add_cache_facts(const Shape& shape, Format format, std::int64_t positions, std::int64_t page,
                     ValueMap& facts) {
  const auto bytes = [&](std::int64_t count, const char* what) {
    return Value::of(static_cast<double>(count * position_bytes(shape, format)), "B", Provenance::counted,
                     what);
  };
  facts["kv.bytes.contiguous"] = bytes(positions, "keys and values of the sequence");
  if (page == 0) return;
  const auto reserved = (positions + page - 1) / page * page;
  facts["kv.bytes.paged"] = bytes(reserved, "keys and values in pages begun");
  facts["kv.waste.paged"] =
      Value::of(1.0 - static_cast<double>(positions) / static_cast<double>(reserved), "%",
                Provenance::counted, "1 - positions filled / positions of the pages begun");
}

}  // namespace hpct::qwen
