// SPDX-License-Identifier: Apache-2.0
#include "workloads/aligned_space.h"

#include <sys/mman.h>

#include <cstdint>

namespace hpct {

char* map_aligned_space(std::size_t bytes) {
  void* const memory = ::mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  auto* const begin = static_cast<char*>(memory);
  const auto past = reinterpret_cast<std::uintptr_t>(memory) % kHugePage;
  const auto skipped = past == 0 ? 0 : kHugePage - past;
  if (skipped != 0) ::munmap(begin, skipped);
  if (skipped != kHugePage) ::munmap(begin + skipped + bytes, kHugePage - skipped);
  return begin + skipped;
}

}  // namespace hpct
