// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

namespace hpct {

/// Text beside a page without access: reading on there is a crash, not a chance.
class GuardedText {
 public:
  enum class Guard { before, behind };

  GuardedText(std::string_view text, Guard guard) : size_(text.size()) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    mapped_ = (size_ / page + 2) * page;
    memory_ = static_cast<char*>(
        ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    const bool before = guard == Guard::before;
    ::mprotect(before ? memory_ : memory_ + mapped_ - page, page, PROT_NONE);
    begin_ = before ? memory_ + page : memory_ + mapped_ - page - size_;
    std::memcpy(begin_, text.data(), size_);
  }
  ~GuardedText() { ::munmap(memory_, mapped_); }
  GuardedText(const GuardedText&) = delete;
  GuardedText& operator=(const GuardedText&) = delete;
  [[nodiscard]] std::string_view view() const { return {begin_, size_}; }

 private:
  std::size_t size_;
  std::size_t mapped_ = 0;
  char* memory_ = nullptr;
  char* begin_ = nullptr;
};

}  // namespace hpct
