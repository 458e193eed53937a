// SPDX-License-Identifier: Apache-2.0
#include "workloads/ceiling_member.h"

#include <hpct/progress.h>

#include <algorithm>
#include <bit>

namespace hpct {
namespace {

constexpr std::int64_t kBlockWords = (1 << 20) / 8;
constexpr std::int64_t kPageWords = 4096 / 8;

/// A load waits for an earlier store to the same place of another page, so the arrays begin at different
/// places of their pages.
constexpr std::int64_t kSecondShift = 1024 / 8;
constexpr std::int64_t kTargetShift = 2048 / 8;

/// Exact, so that fused and separate multiply-adds agree.
constexpr double kFactor = 2;

constexpr std::uint64_t kOne = std::bit_cast<std::uint64_t>(1.0);

/// Sum of the words first .. first + count - 1 of a source, modulo 2^64.
constexpr std::uint64_t sum_of(std::int64_t first, std::int64_t count) {
  const auto below = [](std::int64_t end) {
    const auto n = static_cast<std::uint64_t>(end);
    return n / 2 * (n - 1) + n % 2 * ((n - 1) / 2) + n * kOne;
  };
  return below(first + count) - below(first);
}

/// Calls `at(index)` for up to 64 places of the piece, its ends among them.
template <class Place>
void visit_places(std::int64_t first, std::int64_t count, Place at) {
  const auto stride = std::max<std::int64_t>(1, count / 63);
  for (std::int64_t i = 0; i < count; i += stride) at(first + i);
  if (count > 0) at(first + count - 1);
}

}  // namespace

std::int64_t LimitWork::array_words() const {
  const auto step = in_blocks() ? kBlockWords : static_cast<std::int64_t>(kLoadStep);
  return std::max<std::int64_t>(1, set_bytes / 8 / limit.arrays() / step) * step;
}

std::int64_t LimitWork::words_per_unit() const { return in_blocks() ? kBlockWords : array_words(); }

bool CeilingMember::allocate(std::int64_t source_bytes, std::int64_t target_bytes) {
  source_ = WordBuffer::of_bytes(source_bytes + 2 * kPageWords * 8);
  target_ = WordBuffer::of_bytes(target_bytes + 2 * kPageWords * 8);
  return !source_.empty() && !target_.empty();
}

void CeilingMember::fill() {
  const auto write = [](std::span<std::uint64_t> words, std::uint64_t first, std::uint64_t step) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (i % kBlockWords == 0 && interrupt_requested()) return;  // gigabytes of new pages take seconds
      words[i] = first + i * step;
    }
  };
  write(source_.words(), kOne, 1);
  write(target_.words(), 0, 0);
}

std::uint64_t* CeilingMember::target() const { return target_.words().data() + kTargetShift; }

const std::uint64_t* CeilingMember::second(const LimitWork& work) const {
  const auto pages = (work.array_words() + kPageWords - 1) / kPageWords;
  return source_.words().data() + pages * kPageWords + kSecondShift;
}

CeilingMember::Piece CeilingMember::next_piece(const LimitWork& work, std::int64_t units) const {
  if (!work.in_blocks()) return {0, work.array_words()};
  const auto blocks = work.array_words() / kBlockWords;
  const auto at = cursor_ < blocks ? cursor_ : 0;  // the last repetition may have had a larger set
  return {at * kBlockWords, std::min(units, blocks - at) * kBlockWords};
}

void CeilingMember::run_piece(const LimitWork& work, const Piece& piece, std::int64_t passes) {
  const auto& kernel = *work.limit.kernel;
  const auto count = static_cast<std::uint64_t>(piece.count);
  const auto often = static_cast<std::uint64_t>(passes);
  const auto* const from = source_.words().data() + piece.first;
  const auto triad = [&](auto loop) {
    loop(reinterpret_cast<double*>(target() + piece.first), reinterpret_cast<const double*>(from),
         reinterpret_cast<const double*>(second(work) + piece.first), kFactor, count, often);
  };
  switch (work.limit.kind) {
    case Limit::Kind::load:
      loaded_ += kernel.load(from, count, often);
      expected_ += sum_of(piece.first, piece.count);
      return;
    case Limit::Kind::copy:
      return kernel.copy(target() + piece.first, from, count, often);
    case Limit::Kind::triad:
      return triad(kernel.triad);
    case Limit::Kind::nt_triad:
      return triad(kernel.nt_triad);
    case Limit::Kind::peak:
      return;
  }
}

void CeilingMember::run(const LimitWork& work, std::int64_t units) {
  if (work.limit.kind == Limit::Kind::peak) {
    computed_ = work.limit.peak->run(static_cast<std::uint64_t>(units), 1, 1);
    return;
  }
  loaded_ = 0;
  expected_ = 0;
  written_ = next_piece(work, units);
  if (!work.in_blocks()) return run_piece(work, written_, units);
  for (std::int64_t left = units; left > 0;) {
    const auto piece = next_piece(work, left);
    run_piece(work, piece, 1);
    cursor_ = (piece.first + piece.count) / kBlockWords;
    left -= piece.count / kBlockWords;
  }
}

void CeilingMember::spoil(const LimitWork& work) {
  if (work.limit.arrays() == 1) return;
  const auto piece = next_piece(work, work.units);
  visit_places(piece.first, piece.count, [this](std::int64_t at) { target()[at] = 0; });
}

double CeilingMember::expected_at(const LimitWork& work, std::int64_t at) const {
  const auto a = std::bit_cast<double>(source_.words()[static_cast<std::size_t>(at)]);
  return work.limit.kind == Limit::Kind::copy ? a : a + kFactor * std::bit_cast<double>(second(work)[at]);
}

bool CeilingMember::verify(const LimitWork& work) const {
  if (work.limit.kind == Limit::Kind::peak)
    return computed_ == static_cast<double>(work.units) * work.limit.peak->sum_of_chunk;
  if (work.limit.kind == Limit::Kind::load) return loaded_ == expected_;
  bool right = written_.count > 0;
  visit_places(written_.first, written_.count, [&](std::int64_t at) {
    right = right && std::bit_cast<double>(target()[at]) == expected_at(work, at);
  });
  return right;
}

}  // namespace hpct
