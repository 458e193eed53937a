// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace hpct {

/// The static identity of a region: a name and a place in the source. Constant-initialised,
/// so naming a region costs nothing at run time; its number is given out at its first use.
class RegionSite {
 public:
  constexpr RegionSite(const char* name, const char* file, int line) noexcept
      : name_(name), file_(file), line_(line) {}

  [[nodiscard]] const char* name() const noexcept { return name_; }
  [[nodiscard]] const char* file() const noexcept { return file_; }
  [[nodiscard]] int line() const noexcept { return line_; }

  /// Small and dense, from 1; the same for the life of the process.
  [[nodiscard]] std::uint32_t id() noexcept {
    const auto id = id_.load(std::memory_order_acquire);
    return id != 0 ? id : enroll();
  }

 private:
  std::uint32_t enroll() noexcept;

  const char* name_;
  const char* file_;
  int line_;
  std::atomic<std::uint32_t> id_{0};
};

namespace detail {
extern std::atomic<bool> recording;
std::uint64_t region_begin() noexcept;
void region_end(RegionSite& site, std::uint64_t begin, std::uint64_t work) noexcept;
}  // namespace detail

/// Times a scope on the calling thread: `HPCT_REGION("parse");`. Nests. While nothing records
/// it costs one relaxed load; while recording, two timestamps and one 32-byte store into the
/// thread's own buffer: no lock, no allocation, no system call.
class RegionScope {
 public:
  explicit RegionScope(RegionSite& site) noexcept
      : site_(site),
        active_(detail::recording.load(std::memory_order_relaxed)),
        begin_(active_ ? detail::region_begin() : 0) {}
  ~RegionScope() {
    if (active_) detail::region_end(site_, begin_, work_);
  }
  RegionScope(const RegionScope&) = delete;
  RegionScope& operator=(const RegionScope&) = delete;

  /// Optional payload: how much was done in this call (rows, bytes: the region's own unit).
  void work(std::uint64_t amount) noexcept { work_ += amount; }

 private:
  RegionSite& site_;
  bool active_;
  std::uint64_t begin_;
  std::uint64_t work_ = 0;
};

}  // namespace hpct

#define HPCT_REGION_JOIN_(a, b) a##b
#define HPCT_REGION_JOIN(a, b) HPCT_REGION_JOIN_(a, b)

/// Times the rest of the enclosing scope under `name` (a string literal).
#define HPCT_REGION(name) HPCT_REGION_AS(HPCT_REGION_JOIN(hpct_region_, __LINE__), name)

/// The same with a variable name, to call `.work(n)` on it.
#define HPCT_REGION_AS(variable, name)                                                             \
  static constinit ::hpct::RegionSite HPCT_REGION_JOIN(variable, _site){name, __FILE__, __LINE__}; \
  ::hpct::RegionScope variable { HPCT_REGION_JOIN(variable, _site) }
