// SPDX-License-Identifier: Apache-2.0
#include <hpct/region.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "workloads/onebrc/rungs.h"
#include "workloads/onebrc/rungs/rows.h"

namespace hpct::onebrc {
namespace {

/// Open addressing: the first place of a name is its hash, the next one is beside it. Nothing is ever taken
/// out, and the format bounds the number of names, so it needs neither growth nor nodes on the heap.
class NameTable {
 public:
  struct Entry {
    const char* name = nullptr;  ///< points into the text; null: free
    std::size_t length = 0;
    std::uint32_t hash = 0;
    int min = 999;
    int max = -999;
    std::int64_t count = 0;
    std::int64_t sum = 0;

    void add(int tenths) {
      sum += tenths;
      ++count;
      min = tenths < min ? tenths : min;
      max = tenths > max ? tenths : max;
    }
  };

  NameTable() : entries_(kEntries) {}

  Entry& find_or_add(const char* name, std::size_t length, std::uint32_t hash) {
    for (auto at = hash % kEntries;; at = (at + 1) % kEntries) {
      auto& entry = entries_[at];
      if (entry.name == nullptr) return add(entry, name, length, hash);
      if (entry.hash == hash && entry.length == length && std::memcmp(entry.name, name, length) == 0)
        return entry;
    }
  }

  [[nodiscard]] Tallies tallies() const {
    Tallies tallies;
    for (const auto& e : entries_)
      if (e.name != nullptr) tallies.push_back({{e.name, e.length}, e.sum, e.count, e.min, e.max});
    make_sorted_and_unique(tallies);
    return tallies;
  }

 private:
  static constexpr std::size_t kEntries = std::size_t{1} << 15;  // three times as many as names

  Entry& add(Entry& entry, const char* name, std::size_t length, std::uint32_t hash) {
    // A file that is overwritten while it is read could have any number of names.
    if (used_ == SlotTable::kMaxNames || length > static_cast<std::size_t>(kLongestName)) return nowhere_;
    ++used_;
    entry.name = name;
    entry.length = length;
    entry.hash = hash;
    return entry;
  }

  std::vector<Entry> entries_;
  Entry nowhere_;
  std::size_t used_ = 0;
};

struct Number {
  int tenths;
  const char* end;
};

Number parse_number(const char* at) {
  const bool negative = *at == '-';
  if (negative) ++at;
  int tenths = *at++ - '0';
  if (*at != '.') tenths = tenths * 10 + (*at++ - '0');
  tenths = tenths * 10 + (at[1] - '0');
  return {negative ? -tenths : tenths, at + 2};
}

/// One pass: the bytes of the name are hashed while its ';' is looked for. The hash is FNV-1a by Fowler,
/// Noll and Vo: offset basis 2166136261, prime 16777619.
void add_lines(std::string_view text, NameTable& stations) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    const char* const name = at;
    std::uint32_t hash = 2166136261U;
    for (; *at != ';'; ++at) hash = (hash ^ static_cast<unsigned char>(*at)) * 16777619U;
    const auto number = parse_number(at + 1);
    stations.find_or_add(name, static_cast<std::size_t>(at - name), hash).add(number.tenths);
    at = number.end + 1;
  }
}

NameTable read_stations(std::string_view text) {
  HPCT_REGION("aggregate");
  NameTable stations;
  for_each_piece(text, [&](std::string_view piece) { add_lines(piece, stations); });
  return stations;
}

}  // namespace

/// The step: a hash table that fits the problem, and each byte of a line is looked at once.
Tallies aggregate_hashed(std::string_view text, Crew&) {
  const auto stations = read_stations(text);
  HPCT_REGION("merge");
  return stations.tallies();
}

}  // namespace hpct::onebrc
