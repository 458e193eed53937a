// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

namespace hpct {

/// Text that ends where a page without access begins: reading on is a crash, not a chance.
class TextAtPageEnd {
 public:
  explicit TextAtPageEnd(std::string_view text) : size_(text.size()) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    mapped_ = (size_ / page + 2) * page;
    memory_ = static_cast<char*>(
        ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ::mprotect(memory_ + mapped_ - page, page, PROT_NONE);
    begin_ = memory_ + mapped_ - page - size_;
    std::memcpy(begin_, text.data(), size_);
  }
  ~TextAtPageEnd() { ::munmap(memory_, mapped_); }
  TextAtPageEnd(const TextAtPageEnd&) = delete;
  TextAtPageEnd& operator=(const TextAtPageEnd&) = delete;
  [[nodiscard]] std::string_view view() const { return {begin_, size_}; }

 private:
  std::size_t size_;
  std::size_t mapped_ = 0;
  char* memory_ = nullptr;
  char* begin_ = nullptr;
};

/// Text that begins where a page without access ends.
class TextAtPageStart {
 public:
  explicit TextAtPageStart(std::string_view text) : size_(text.size()) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    mapped_ = (size_ / page + 2) * page;
    memory_ = static_cast<char*>(
        ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ::mprotect(memory_, page, PROT_NONE);
    begin_ = memory_ + page;
    std::memcpy(begin_, text.data(), size_);
  }
  ~TextAtPageStart() { ::munmap(memory_, mapped_); }
  TextAtPageStart(const TextAtPageStart&) = delete;
  TextAtPageStart& operator=(const TextAtPageStart&) = delete;
  [[nodiscard]] std::string_view view() const { return {begin_, size_}; }

 private:
  std::size_t size_;
  std::size_t mapped_ = 0;
  char* memory_ = nullptr;
  char* begin_ = nullptr;
};

}  // namespace hpct
