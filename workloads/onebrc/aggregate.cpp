// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/aggregate.h"

#include <hpct/progress.h>
#include <hpct/region.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "workloads/onebrc/rungs/rows.h"

namespace hpct::onebrc {
namespace {

constexpr std::size_t kReadAhead = 128;  // what kernels may read after their last line
constexpr std::size_t kTailBytes = 256;
constexpr std::size_t kLongestLine = 100 + 1 + 5 + 1;
static_assert(kTailBytes >= kReadAhead + kLongestLine);
constexpr std::size_t kInterruptibleBytes = 8 * kChunkBytes;  // below a tenth of a second
constexpr std::size_t kSampleBytes = std::size_t{256} << 10;  // enough to meet the common names

/// The first position at or after `at` where a line starts; text.size() when there is none.
std::size_t line_start(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  const auto newline = text.find('\n', at - 1);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

/// How much of `lines` a kernel may be given at once.
std::size_t piece_end(std::string_view lines) {
  constexpr std::size_t kMost = kLargestPiece - kLongestLine;
  return lines.size() <= kLargestPiece ? lines.size() : line_start(lines, kMost);
}

/// A copy of the last lines with room to read behind them, and a final newline whatever the file
/// has: a mapping must not be read past its end, where the next page may not exist.
struct PaddedTail {
  char bytes[kTailBytes + 1 + kReadAhead] = {};
  std::size_t size;

  explicit PaddedTail(std::string_view tail) : size(tail.size()) {
    tail.copy(bytes, tail.size());
    if (size != 0 && bytes[size - 1] != '\n') bytes[size++] = '\n';
    // Of a file that is overwritten meanwhile the last line may have no ';': it is found here, as in Filler.
    constexpr std::string_view kRow = "a;0.0\n";
    for (auto i = size; i < sizeof bytes; ++i) bytes[i] = kRow[(i - size) % kRow.size()];
  }
};

/// Everything the members share.
class Lines {
 public:
  Lines(std::string_view text, std::size_t chunk_bytes)
      : text_(text),
        body_(text.size() <= kTailBytes ? 0 : line_start(text, text.size() - kTailBytes)),
        chunk_bytes_(chunk_bytes),
        tail_(text.substr(body_)) {}

  /// The next chunk, empty when a line fills it; false when there is none left.
  bool take(std::string_view& chunk) {
    if (interrupt_requested()) return false;
    const auto from = next_.fetch_add(chunk_bytes_, std::memory_order_relaxed);
    if (from >= body_) return false;
    const auto begin = line_start(text_, from);
    const auto end = line_start(text_, std::min(from + chunk_bytes_, body_));
    chunk = text_.substr(begin, end - begin);
    return true;
  }

  [[nodiscard]] std::string_view tail() const { return {tail_.bytes, tail_.size}; }

 private:
  std::string_view text_;
  std::size_t body_;  ///< where the tail starts
  std::size_t chunk_bytes_;
  PaddedTail tail_;
  std::atomic<std::size_t> next_{0};
};

/// One member's part: a small sample first, to shape the table by the names that come.
class Member {
 public:
  Member(const Kernel& kernel, SlotTable& table) : kernel_(kernel), table_(table) {}

  void read(std::string_view lines) {
    if (!adapted_ && lines.size() > kSampleBytes) {
      const auto sample = line_start(lines, kSampleBytes);
      aggregate_lines(lines.substr(0, sample));
      table_.adapt();
      adapted_ = true;
      lines.remove_prefix(sample);
    }
    aggregate_lines(lines);
  }

 private:
  void aggregate_lines(std::string_view lines) {
    while (!lines.empty()) {
      const auto piece = lines.substr(0, piece_end(lines));
      kernel_.aggregate(table_.slots(), piece.data(), piece.data() + piece.size());
      table_.collect();
      lines.remove_prefix(piece.size());
    }
  }

  const Kernel& kernel_;
  SlotTable& table_;
  bool adapted_ = false;
};

void aggregate_part(const Kernel& kernel, Lines& lines, SlotTable& table, bool with_tail) {
  HPCT_REGION("aggregate");
  table.reset();
  Member member(kernel, table);
  std::string_view chunk;
  while (lines.take(chunk)) {
    HPCT_REGION_AS(region, "chunk");
    region.work(chunk.size());
    for_each_piece(
        chunk, [&](std::string_view piece) { member.read(piece); }, kInterruptibleBytes);
  }
  if (with_tail) member.read(lines.tail());
}

}  // namespace

Tallies aggregate(const Kernel& kernel, std::string_view text, ThreadTeam& team,
                  std::deque<SlotTable>& tables, std::size_t chunk_bytes) {
  Lines lines(text, chunk_bytes);
  team.run([&](int member) {
    aggregate_part(kernel, lines, tables[static_cast<std::size_t>(member)], member == 0);
  });
  HPCT_REGION("merge");
  Tallies tallies;
  for (const auto& table : tables) table.append_to(tallies);
  make_sorted_and_unique(tallies);
  return tallies;
}

}  // namespace hpct::onebrc
