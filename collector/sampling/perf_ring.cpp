// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/perf_ring.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

namespace hpct {
namespace {

std::size_t page_bytes() {
  static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace

std::uint64_t time_of(const perf_event_header& header) {
  std::uint64_t time = 0;
  const auto* record = reinterpret_cast<const std::byte*>(&header);
  // A sample: header, ip, pid and tid, time. Everything else carries its time at its end (sample_id_all).
  const auto at = header.type == PERF_RECORD_SAMPLE ? sizeof header + 16 : header.size - sizeof time;
  std::memcpy(&time, record + at, sizeof time);
  return time;
}

void RecordBatch::add(std::span<const std::byte> record) {
  const auto offset = bytes_.size();
  bytes_.insert(bytes_.end(), record.begin(), record.end());
  places_.push_back({time_of(*reinterpret_cast<const perf_event_header*>(bytes_.data() + offset)), offset});
}

void RecordBatch::sort() {
  std::stable_sort(places_.begin(), places_.end(),
                   [](const Place& a, const Place& b) { return a.time_ns < b.time_ns; });
}

void RecordBatch::forget(std::size_t released) {
  std::vector<std::byte> kept;
  std::vector<Place> places;
  for (std::size_t i = released; i < places_.size(); ++i) {
    const auto* record = bytes_.data() + places_[i].offset;
    const auto size = reinterpret_cast<const perf_event_header*>(record)->size;
    places.push_back({places_[i].time_ns, kept.size()});
    kept.insert(kept.end(), record, record + size);
  }
  bytes_.clear();  // keeps its memory for the next round
  bytes_.insert(bytes_.end(), kept.begin(), kept.end());
  places_ = std::move(places);
}

PerfRing::PerfRing(int descriptor, std::size_t pages) : descriptor_(descriptor), pages_(pages) {
  if (descriptor_ < 0) return;
  // The amount one user may lock is limited, and shared by the rings of all processors.
  for (; pages_ >= 4; pages_ /= 2) {
    void* memory =
        ::mmap(nullptr, (pages_ + 1) * page_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    if (memory == MAP_FAILED) continue;
    memory_ = memory;
    return;
  }
}

PerfRing::~PerfRing() {
  if (memory_ != nullptr) ::munmap(memory_, (pages_ + 1) * page_bytes());
  if (descriptor_ >= 0) ::close(descriptor_);
}

PerfRing::PerfRing(PerfRing&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      pages_(other.pages_),
      memory_(std::exchange(other.memory_, nullptr)) {}

void PerfRing::enable() const noexcept { ::ioctl(descriptor_, PERF_EVENT_IOC_ENABLE, 0); }

void PerfRing::disable() const noexcept { ::ioctl(descriptor_, PERF_EVENT_IOC_DISABLE, 0); }

std::int64_t PerfRing::time_running_ns() const {
  std::array<std::int64_t, 3> numbers{};  // count, time enabled, time running
  const auto got = ::read(descriptor_, numbers.data(), sizeof numbers);
  return got == sizeof numbers ? numbers[2] : 0;
}

void PerfRing::drain(RecordBatch& batch) {
  if (memory_ == nullptr) return;
  auto* control = static_cast<perf_event_mmap_page*>(memory_);
  const auto* data = static_cast<const std::byte*>(memory_) + page_bytes();
  const std::uint64_t size = pages_ * page_bytes();
  const auto head = std::atomic_ref(control->data_head).load(std::memory_order_acquire);
  auto tail = control->data_tail;
  while (tail < head) {
    const auto at = tail % size;
    const auto* header = reinterpret_cast<const perf_event_header*>(data + at);  // 8-byte steps: never split
    const std::size_t length = header->size;
    if (length < sizeof *header) break;
    if (at + length <= size) {
      batch.add({data + at, length});
    } else {
      straightened_.assign(data + at, data + size);
      straightened_.insert(straightened_.end(), data, data + (length - (size - at)));
      batch.add(straightened_);
    }
    tail += length;
  }
  std::atomic_ref(control->data_tail).store(head, std::memory_order_release);
}

std::span<const std::uint64_t> RecordReader::numbers(std::uint64_t count) {
  const auto fitting = std::min<std::uint64_t>(count, left() / sizeof(std::uint64_t));
  const std::span<const std::uint64_t> found(reinterpret_cast<const std::uint64_t*>(at_), fitting);
  skip(fitting * sizeof(std::uint64_t));
  return found;
}

std::span<const std::byte> RecordReader::bytes(std::uint64_t count) {
  const std::span<const std::byte> found(at_, std::min<std::uint64_t>(count, left()));
  skip(found.size());
  return found;
}

}  // namespace hpct
