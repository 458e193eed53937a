// SPDX-License-Identifier: Apache-2.0
#include "workloads/filler.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>

namespace hpct {
namespace {

constexpr char kRow[] = "abc;0.0\n";  // its length divides a page: every page starts with a row

int make_filler() {
  const int fd = ::memfd_create("hpct-filler", MFD_CLOEXEC);
  if (fd < 0) return fd;
  std::string rows;
  while (rows.size() < Filler::kBytes) rows += kRow;
  if (::pwrite(fd, rows.data(), rows.size(), 0) == static_cast<ssize_t>(rows.size())) return fd;
  ::close(fd);
  return -1;
}

int filler_fd = -1;

/// A signal handler can look at nothing but such variables.
struct GuardedRange {
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};
  std::atomic<bool> taken{false};
};
std::array<GuardedRange, 16> guarded;
struct sigaction previous {};

bool replace_missing_page(std::uintptr_t address) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (const auto& range : guarded) {
    const auto end = range.end.load();
    if (address < range.begin.load() || address >= end) continue;
    // What follows in the file is gone as well. A window and not all of it: reading through is rare.
    const auto at = address / page * page;
    return Filler::map_over(reinterpret_cast<char*>(at), std::min(Filler::kBytes, end - at));
  }
  return false;
}

void on_bus_error(int number, siginfo_t* facts, void* context) {
  const int saved = errno;
  const bool replaced = replace_missing_page(reinterpret_cast<std::uintptr_t>(facts->si_addr));
  errno = saved;
  if (replaced) return;
  if ((previous.sa_flags & SA_SIGINFO) != 0)
    previous.sa_sigaction(number, facts, context);
  else
    ::sigaction(SIGBUS, &previous, nullptr);  // the instruction runs again and meets what would have been
}

void install_handler() {
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, &previous);
}

}  // namespace

bool Filler::available() {
  static const bool made = [] {
    filler_fd = make_filler();
    return filler_fd >= 0;
  }();
  return made;
}

bool Filler::map_over(char* at, std::size_t bytes) noexcept {
  while (bytes != 0) {
    const auto part = std::min(bytes, kBytes);
    // The system itself: in a signal handler nobody else may be called, nor may a sanitizer take it for a
    // write.
    if (::syscall(SYS_mmap, at, part, PROT_READ, MAP_PRIVATE | MAP_FIXED, filler_fd, 0) == -1) return false;
    at += part;
    bytes -= part;
  }
  return true;
}

ShrinkGuard::ShrinkGuard(char* begin, std::size_t bytes) : place_(-1) {
  [[maybe_unused]] static const bool installed = (install_handler(), true);
  for (std::size_t i = 0; i < guarded.size() && place_ < 0; ++i)
    if (!guarded[i].taken.exchange(true)) place_ = static_cast<int>(i);
  if (place_ < 0) return;
  auto& range = guarded[static_cast<std::size_t>(place_)];
  range.begin = reinterpret_cast<std::uintptr_t>(begin);
  range.end = reinterpret_cast<std::uintptr_t>(begin) + bytes;
}

ShrinkGuard::~ShrinkGuard() {
  if (place_ < 0) return;
  auto& range = guarded[static_cast<std::size_t>(place_)];
  range.end = 0;
  range.begin = 0;
  range.taken = false;
}

}  // namespace hpct
