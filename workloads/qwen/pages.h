// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace hpct::qwen {

/// Whole pages from the system, huge ones where it has them. Not a vector: the pages are zero
/// and untouched until first written, so that the writing thread decides where they lie, and two
/// arrays never share a cache line.
class Pages {
 public:
  Pages() = default;
  ~Pages();
  Pages(Pages&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  /// ErrorCode::not_supported when the system gives no such amount, or has no memory behind what it would
  /// give: then all of them together are more than was available before the first.
  static Expected<Pages> allocate(std::size_t bytes);

  /// The second of these errors for `bytes` in all that are going to be allocated piece by piece.
  static Expected<void> check_room(std::uint64_t bytes);

  [[nodiscard]] void* data() const { return data_; }
  [[nodiscard]] bool empty() const { return data_ == nullptr; }

 private:
  Pages(void* data, std::size_t bytes) : data_(data), bytes_(bytes) {}

  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// `size` elements of T on pages of their own, all zero at first. T must be a plain number.
template <class T>
class PageArray {
 public:
  PageArray() = default;

  static Expected<PageArray> allocate(std::int64_t size) {
    auto pages = Pages::allocate(static_cast<std::size_t>(size) * sizeof(T));
    if (!pages) return tl::unexpected(pages.error());
    return PageArray(std::move(*pages), size);
  }

  [[nodiscard]] T* data() const { return static_cast<T*>(pages_.data()); }
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return pages_.empty(); }
  [[nodiscard]] std::span<T> span() const { return {data(), static_cast<std::size_t>(size_)}; }

 private:
  PageArray(Pages pages, std::int64_t size) : pages_(std::move(pages)), size_(size) {}

  Pages pages_;
  std::int64_t size_ = 0;
};

/// Gives `array` that many elements. Errors: as Pages::allocate().
template <class T>
Expected<void> allocate(PageArray<T>& array, std::int64_t size) {
  auto made = PageArray<T>::allocate(size);
  if (!made) return tl::unexpected(made.error());
  array = std::move(*made);
  return {};
}

/// The same for several arrays, one after the other until one fails.
class Allocations {
 public:
  template <class T>
  Allocations& add(PageArray<T>& array, std::int64_t size) {
    if (result_) result_ = allocate(array, size);
    return *this;
  }
  [[nodiscard]] Expected<void> result() const { return result_; }

 private:
  Expected<void> result_;
};

}  // namespace hpct::qwen
