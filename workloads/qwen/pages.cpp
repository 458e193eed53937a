// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/pages.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <atomic>

#include "collector/memory_room.h"

namespace hpct::qwen {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// The kernel promises more than it has and kills who takes it at its word, so what was promised is added up.
std::atomic<std::uint64_t> promised{0};

std::uint64_t available_at_first() {
  static const auto room = memory_room();
  return room ? room->available : UINT64_MAX;
}

tl::unexpected<Error> too_much(std::uint64_t bytes, std::string_view why) {
  return fail(ErrorCode::not_supported, fmt::format("{} MiB of memory are needed, {}", bytes >> 20, why),
              "choose a smaller problem or free memory");
}

}  // namespace

Expected<void> Pages::check_room(std::uint64_t bytes) {
  const auto available = available_at_first();
  const auto taken = promised.load(std::memory_order_relaxed);
  if (bytes <= available && taken <= available - bytes) return {};
  return too_much(bytes + taken, fmt::format("{} MiB are available", available >> 20));
}

Expected<Pages> Pages::allocate(std::size_t bytes) {
  if (bytes == 0) return Pages();
  if (auto room = check_room(bytes); !room) return tl::unexpected(room.error());
  void* const data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) return too_much(bytes, "the system gives none");
  promised.fetch_add(bytes, std::memory_order_relaxed);
#ifdef MADV_HUGEPAGE
  // Advice only: with 4 KiB pages the weights are read some 3 % slower, and still correctly.
  if (bytes >= kHugePage) madvise(data, bytes, MADV_HUGEPAGE);
#endif
  return Pages(data, bytes);
}

Pages::~Pages() {
  if (data_ == nullptr) return;
  munmap(data_, bytes_);
  promised.fetch_sub(bytes_, std::memory_order_relaxed);
}

}  // namespace hpct::qwen
