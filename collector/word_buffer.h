// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hpct {

/// Zero pages from the system, in huge pages where it has them. They get their place in memory from
/// the thread that first writes to them. Move-only.
class WordBuffer {
 public:
  WordBuffer() = default;
  ~WordBuffer();
  WordBuffer(WordBuffer&& other) noexcept;
  WordBuffer& operator=(WordBuffer&& other) noexcept;

  /// Empty when the system refuses.
  static WordBuffer of_bytes(std::int64_t bytes);

  /// A forked child does not get it, so it is not in that child's memory either.
  void keep_from_children();

  [[nodiscard]] std::span<std::uint64_t> words() const { return words_; }
  [[nodiscard]] bool empty() const { return words_.empty(); }

 private:
  std::span<std::uint64_t> words_;
};

}  // namespace hpct
