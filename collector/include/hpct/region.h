// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#ifndef HPCT_DISABLE
#include <hpct/region_lane.h>
#endif

// Regions in C++; hpct/hpct.h is the same for C. With HPCT_DISABLE defined every macro below does nothing,
// costs nothing and needs no library.
namespace hpct {

#ifndef HPCT_DISABLE

/// The static identity of a region: a name and a place in the source. Constant-initialised,
/// so naming a region costs nothing at run time; its number is given out at its first use.
class RegionSite {
 public:
  /// `name` and `file` must live as long as the program.
  constexpr RegionSite(const char* name, const char* file, int line) noexcept : site_{name, file, line, 0} {}

  [[nodiscard]] hpct_site* get() noexcept { return &site_; }

 private:
  hpct_site site_;
};

/// Times a scope on the calling thread: `HPCT_REGION("parse");`. Nests; it must end on the thread on which
/// it began, and inner regions before outer ones. While nothing records it costs one relaxed load; while
/// recording, two timestamps and one 32-byte store into the thread's own buffer: no lock, no allocation,
/// no system call.
class RegionScope {
 public:
  explicit RegionScope(RegionSite& site) noexcept : site_(site), open_(hpct_begin(site.get())) {}
  ~RegionScope() { hpct_end(open_, site_.get(), work_); }
  RegionScope(const RegionScope&) = delete;
  RegionScope& operator=(const RegionScope&) = delete;

  /// Optional payload: how much was done in this call (rows, bytes: the region's own unit).
  void work(std::uint64_t amount) noexcept { work_ += amount; }

 private:
  RegionSite& site_;
  std::uint64_t work_ = 0;
  hpct_open open_;  // last: the timestamp is taken when all else is set
};

#else

/// Stands in for a region where regions are compiled out.
struct NoRegion {
  ~NoRegion() {}  // not trivial, so that no compiler calls the variable unused
  void work(std::uint64_t) noexcept {}
};

#endif

}  // namespace hpct

#define HPCT_REGION_JOIN_(a, b) a##b
#define HPCT_REGION_JOIN(a, b) HPCT_REGION_JOIN_(a, b)

/// Times the rest of the enclosing scope under `name` (a string literal).
#define HPCT_REGION(name) HPCT_REGION_AS(HPCT_REGION_JOIN(hpct_region_, __LINE__), name)

#ifndef HPCT_DISABLE
/// The same with a variable name, to call `.work(n)` on it.
#define HPCT_REGION_AS(variable, name)                                                             \
  static constinit ::hpct::RegionSite HPCT_REGION_JOIN(variable, _site){name, __FILE__, __LINE__}; \
  ::hpct::RegionScope variable { HPCT_REGION_JOIN(variable, _site) }
#else
#define HPCT_REGION_AS(variable, name) \
  ::hpct::NoRegion variable {}
#endif
