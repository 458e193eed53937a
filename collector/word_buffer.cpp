// SPDX-License-Identifier: Apache-2.0
#include "collector/word_buffer.h"

#include <sys/mman.h>

#include <utility>

namespace hpct {

WordBuffer::~WordBuffer() {
  if (!words_.empty()) ::munmap(words_.data(), words_.size_bytes());
}

WordBuffer::WordBuffer(WordBuffer&& other) noexcept : words_(std::exchange(other.words_, {})) {}

WordBuffer& WordBuffer::operator=(WordBuffer&& other) noexcept {
  std::swap(words_, other.words_);
  return *this;
}

WordBuffer WordBuffer::of_bytes(std::int64_t bytes) {
  WordBuffer buffer;
  const auto length = static_cast<std::size_t>(bytes);
  void* const memory =
      ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return buffer;
#if defined(MADV_HUGEPAGE)
  ::madvise(memory, length, MADV_HUGEPAGE);  // a wish: without it only slightly slower
#endif
  buffer.words_ = {static_cast<std::uint64_t*>(memory), length / sizeof(std::uint64_t)};
  return buffer;
}

void WordBuffer::keep_from_children() { ::madvise(words_.data(), words_.size_bytes(), MADV_DONTFORK); }

}  // namespace hpct
