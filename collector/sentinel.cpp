// SPDX-License-Identifier: Apache-2.0
#include "collector/sentinel.h"

#include <algorithm>
#include <vector>

#include "collector/clock.h"
#include "collector/clock_probe.h"
#include "collector/memory_room.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

constexpr double kLongestClock = 0.002;
constexpr double kLongestMemory = 0.005;

// Cores lower their clock while they wait for memory, by an eighth on an Emerald Rapids, and take 5 to 10 ms
// of computing to be back. Without waiting for that, what the memory probe and a call bound by memory do
// themselves would be reported as a disturbance, and the probe would slow the beginning of the call. At most
// so long, and so many times as long as the probe.
constexpr double kLongestRecovery = 0.012;
constexpr double kProbesOfRecovery = 12;
constexpr double kRecovered = 0.98;
constexpr double kShare = 0.025;  // four probes make a tenth

// Shorter ones say nothing; the memory probe also costs the call its warm caches.
constexpr double kShortestClock = 50e-6;
constexpr double kShortestMemory = 0.0025;
// Of which one tick is a small part.
constexpr double kShortestLoad = 0.2;

/// Gone round and round, a probe reads at most a third: what comes back has long left the share of a cache
/// that a guest gets.
constexpr std::int64_t kBufferBytes = std::int64_t{256} << 20;
constexpr std::size_t kPieceWords = (1 << 20) / 8;
constexpr std::size_t kLineWords = 64 / 8;

double within(double wanted, double longest, double shortest) {
  return wanted < shortest ? 0 : std::min(wanted, longest);
}

/// One word of every line brings the whole line.
std::uint64_t touch_lines(const std::uint64_t* words) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kPieceWords; i += kLineWords) sum += words[i];
  return sum;
}

}  // namespace

GlancePlan glance_plan(double seconds) {
  return {.clock = within(seconds * kShare, kLongestClock, kShortestClock),
          .memory = within(seconds * kShare, kLongestMemory, kShortestMemory),
          .load = seconds >= kShortestLoad};
}

Glance Sentinel::look_before(const GlancePlan& plan) {
  Glance glance;
  if (plan.clock > 0 && fastest_clock_ == 0) fastest_clock_ = estimate_clock(plan.clock);
  if (plan.memory > 0) glance.memory_rate = memory_rate(plan.memory);
  if (plan.clock > 0) glance.clock_hz = recovered_clock(plan.clock);
  if (plan.load) glance.load = read_system_load();
  return glance;
}

/// The other way round, so that our own probes are not in the load.
Glance Sentinel::look_after(const GlancePlan& plan) {
  Glance glance;
  if (plan.load) glance.load = read_system_load();
  if (plan.clock > 0) glance.clock_hz = recovered_clock(plan.clock);
  if (plan.memory > 0) glance.memory_rate = memory_rate(plan.memory);
  return glance;
}

/// The clock as it is when it stops rising, or after the longest recovery.
double Sentinel::recovered_clock(double seconds) {
  const auto end = clock::monotonic_ns() +
                   static_cast<std::int64_t>(std::min(kLongestRecovery, kProbesOfRecovery * seconds) * 1e9);
  double hz = estimate_clock(seconds);
  while (hz < kRecovered * fastest_clock_ && clock::monotonic_ns() < end) hz = estimate_clock(seconds);
  fastest_clock_ = std::max(fastest_clock_, hz);
  return hz;
}

std::int64_t Sentinel::resident_bytes() const {
  return static_cast<std::int64_t>(buffer_.words().size_bytes());
}

bool Sentinel::have_memory() {
  if (!buffer_.empty() || refused_) return !refused_;
  const auto room = memory_room();
  refused_ = room && room->available < 8 * static_cast<std::uint64_t>(kBufferBytes);
  if (!refused_) buffer_ = WordBuffer::of_bytes(kBufferBytes);
  refused_ = buffer_.empty();
  if (refused_) return false;
  buffer_.keep_from_children();
  std::fill(buffer_.words().begin(), buffer_.words().end(), std::uint64_t{1});
  return true;
}

/// The median of its pieces, for an interrupt hits one of them.
std::optional<double> Sentinel::memory_rate(double seconds) {
  if (!have_memory()) return std::nullopt;
  std::vector<double> rates;
  const auto words = buffer_.words();
  const auto end = clock::monotonic_ns() + static_cast<std::int64_t>(seconds * 1e9);
  for (auto now = clock::monotonic_ns(); now < end;) {
    auto sum = touch_lines(words.data() + cursor_);
    asm volatile("" : "+r"(sum));  // the compiler has to believe that it is used
    cursor_ = cursor_ + 2 * kPieceWords <= words.size() ? cursor_ + kPieceWords : 0;
    const auto after = clock::monotonic_ns();
    rates.push_back(kPieceWords * 8.0 * 1e9 / static_cast<double>(std::max<std::int64_t>(1, after - now)));
    now = after;
  }
  return median(rates);
}

}  // namespace hpct
