// SPDX-License-Identifier: Apache-2.0
#include "collector/region_channel.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "collector/region_arena.h"
#include "collector/region_reader.h"

namespace hpct {
namespace {

/// Another process's arena in our memory, to look at.
class ArenaView {
 public:
  ArenaView(int file, std::size_t bytes)
      : bytes_(bytes), memory_(::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0)) {}
  ~ArenaView() {
    if (exists()) ::munmap(memory_, bytes_);
  }
  ArenaView(const ArenaView&) = delete;
  ArenaView& operator=(const ArenaView&) = delete;

  [[nodiscard]] bool exists() const { return memory_ != MAP_FAILED; }
  [[nodiscard]] RegionArena arena() const {
    auto* tables = static_cast<ArenaTables*>(memory_);
    return {tables, reinterpret_cast<hpct_record*>(tables + 1)};
  }

 private:
  std::size_t bytes_;
  void* memory_;
};

tl::unexpected<Error> failure() {
  return fail(ErrorCode::io,
              fmt::format("no memory to share with the program: {}; its regions are not recorded",
                          std::strerror(errno)),
              "--timeline-records asks for less");
}

/// A program that writes over memory that is not its own may hit ours.
bool is_damaged(const ArenaHeader& header, std::uint64_t records) {
  return std::memcmp(header.magic, kArenaMagic, sizeof kArenaMagic) != 0 || header.version != kArenaVersion ||
         header.max_records != records;
}

void add_refusals(const ArenaHeader& header, std::vector<std::string>& warnings) {
  if (const auto version = header.other_version.load(); version != 0)
    warnings.push_back(
        fmt::format("a program was linked with another version of hpct::region (its records have version {}, "
                    "this hpct-prof reads {}): its regions are not in the report; build it again",
                    version, kArenaVersion));
  if (const auto error = header.attach_error.load(); error != 0)
    warnings.push_back(
        fmt::format("a program could not record its regions: {}; --timeline-records asks for "
                    "less memory",
                    std::strerror(static_cast<int>(error))));
  if (const auto threads = header.threads_refused.load(); threads != 0)
    warnings.push_back(
        fmt::format("{} threads found all {} thread records in use: their regions are not in "
                    "the report",
                    threads, kMaxLanes));
}

}  // namespace

Expected<RegionChannel> RegionChannel::create(std::uint64_t records, Stamp stamp, double ns_per_tick) {
  const int file = ::memfd_create("hpct-regions", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return failure();
  RegionChannel channel(file, records);
  ArenaHeader header{};
  start_arena(header, records);
  header.stamp = stamp;
  header.ns_per_tick = ns_per_tick;
  // Sealed: a program that changed the size could have us killed for reading beyond the end.
  const bool made = ::ftruncate(file, static_cast<off_t>(arena_bytes(records))) == 0 &&
                    ::pwrite(file, static_cast<const void*>(&header), sizeof header, 0) == sizeof header &&
                    ::fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0;
  if (!made) return failure();
  return channel;
}

RegionChannel::RegionChannel(RegionChannel&& other) noexcept
    : file_(std::exchange(other.file_, -1)), records_(other.records_) {}

RegionChannel::~RegionChannel() {
  if (file_ >= 0) ::close(file_);
}

/// By our own number and not by an inherited descriptor: programs close those that they do not know.
std::string RegionChannel::environment() const {
  return fmt::format("{}=/proc/{}/fd/{}", kArenaVariable, ::getpid(), file_);
}

Delivery RegionChannel::read() const {
  Delivery delivery;
  const ArenaView view(file_, arena_bytes(records_));
  if (!view.exists()) {
    delivery.warnings.push_back(fmt::format("the region records cannot be read: {}", std::strerror(errno)));
    return delivery;
  }
  const auto& header = view.arena().tables->header;
  if (is_damaged(header, records_)) {
    delivery.warnings.emplace_back("the program wrote over its region records: they are not in the report");
    return delivery;
  }
  delivery.recording = read_arena(view.arena(), delivery.warnings);
  add_refusals(header, delivery.warnings);
  return delivery;
}

}  // namespace hpct
