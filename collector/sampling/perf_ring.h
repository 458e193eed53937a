// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/perf_event.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "collector/sampling/perf_event.h"

namespace hpct {

/// Records of several rings on their way into the order of time. Each ring is in order by itself, but
/// another processor's older record may arrive later.
class RecordBatch {
 public:
  void add(std::span<const std::byte> record);
  /// Calls `visit(header)` for every record not younger than `until_ns`, oldest first, and forgets it.
  template <class Visit>
  void release(std::uint64_t until_ns, Visit visit) {
    sort();
    std::size_t released = 0;
    for (; released < places_.size() && places_[released].time_ns <= until_ns; ++released)
      visit(*reinterpret_cast<const perf_event_header*>(bytes_.data() + places_[released].offset));
    forget(released);
  }

 private:
  struct Place {
    std::uint64_t time_ns;
    std::size_t offset;
  };
  void sort();
  void forget(std::size_t released);

  std::vector<std::byte> bytes_;
  std::vector<Place> places_;
};

/// One event on one processor and the memory through which the kernel hands out its records.
class PerfRing {
 public:
  /// Takes over `descriptor`. Not mapped (see mapped()) when the kernel grants no memory.
  PerfRing(int descriptor, std::size_t pages);
  ~PerfRing();
  PerfRing(PerfRing&& other) noexcept;
  PerfRing& operator=(PerfRing&&) = delete;

  [[nodiscard]] bool mapped() const { return memory_ != nullptr; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  void enable() const noexcept;
  void disable() const noexcept;
  /// How long the event was on, over all threads.
  [[nodiscard]] std::int64_t time_running_ns() const;
  /// Moves what the kernel has written so far into `batch`.
  void drain(RecordBatch& batch);

 private:
  int descriptor_;
  std::size_t pages_;
  void* memory_ = nullptr;
  std::vector<std::byte> straightened_;  // a record that goes over the end of the ring
};

/// Reads fields of a record one after the other.
class RecordReader {
 public:
  explicit RecordReader(const perf_event_header& header)
      : at_(reinterpret_cast<const std::byte*>(&header + 1)),
        end_(reinterpret_cast<const std::byte*>(&header) + header.size) {}
  template <class T>
  T next() {
    T value{};
    if (left() >= sizeof value) std::memcpy(&value, at_, sizeof value);
    skip(sizeof value);
    return value;
  }
  /// The next `count` numbers, fewer when the record ends; they stay in the record.
  std::span<const std::uint64_t> numbers(std::uint64_t count);
  std::span<const std::byte> bytes(std::uint64_t count);
  /// Text up to its 0 byte.
  [[nodiscard]] const char* text() const { return left() > 0 ? reinterpret_cast<const char*>(at_) : ""; }

 private:
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  void skip(std::uint64_t bytes) { at_ += bytes < left() ? bytes : left(); }

  const std::byte* at_;
  const std::byte* end_;
};

/// When a record was made (CLOCK_MONOTONIC).
std::uint64_t time_of(const perf_event_header& header);

}  // namespace hpct
