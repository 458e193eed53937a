// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/process_table.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "collector/sampling/perf_ring.h"

namespace hpct {
namespace {

constexpr std::size_t kMostOpenFiles = 500;

std::string name_in_proc(pid_t process, pid_t thread) {
  std::ifstream in(fmt::format("/proc/{}/task/{}/comm", process, thread));
  std::string name;
  std::getline(in, name);
  return name;
}

}  // namespace

void AddressSpace::map(const CodeMapping& mapping) {
  if (mapping.begin >= mapping.end) return;
  ++version_;
  auto at = by_begin_.upper_bound(mapping.begin);
  if (at != by_begin_.begin()) --at;
  while (at != by_begin_.end() && at->second.begin < mapping.end) {
    const auto old = at->second;
    if (old.end <= mapping.begin) {
      ++at;
      continue;
    }
    at = by_begin_.erase(at);
    if (old.begin < mapping.begin)
      by_begin_[old.begin] = {old.begin, mapping.begin, old.file_offset, old.module};
    if (old.end > mapping.end)
      by_begin_[mapping.end] = {mapping.end, old.end, old.file_offset + (mapping.end - old.begin),
                                old.module};
  }
  by_begin_[mapping.begin] = mapping;
}

const CodeMapping* AddressSpace::find(std::uint64_t address) const {
  auto at = by_begin_.upper_bound(address);
  if (at == by_begin_.begin()) return nullptr;
  --at;
  return address < at->second.end ? &at->second : nullptr;
}

/// By its path, or, where that leads elsewhere (another root folder, a deleted file), through /proc.
CodeModule ProcessTable::open_module(pid_t process, const std::string& path, std::uint64_t begin,
                                     std::uint64_t end) {
  if (const auto known = opened_.find(path); known != opened_.end()) return known->second;
  CodeModule module{path.empty() || path.starts_with("//anon") ? "[anon]" : path, nullptr};
  if (path.starts_with("/") && !path.starts_with("//") && opened_.size() < kMostOpenFiles) {
    auto plain = path;
    constexpr std::string_view kDeleted = " (deleted)";
    if (plain.ends_with(kDeleted)) plain.resize(plain.size() - kDeleted.size());
    for (const auto& place : {plain, fmt::format("/proc/{}/root{}", process, plain),
                              fmt::format("/proc/{}/map_files/{:x}-{:x}", process, begin, end)}) {
      const int descriptor = ::open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
      if (descriptor < 0) continue;
      module = {plain, std::make_shared<OpenFile>(descriptor)};
      break;
    }
  }
  opened_[path] = module;
  return module;
}

AddressSpace& ProcessTable::writable_space(pid_t process) {
  auto& space = processes_[process].space;
  if (space.use_count() > 1) space = std::make_shared<AddressSpace>(*space);
  return *space;
}

void ProcessTable::map(pid_t process, CodeMapping mapping, const std::string& path) {
  mapping.module = modules_->module(open_module(process, path, mapping.begin, mapping.end));
  writable_space(process).map(mapping);
}

void ProcessTable::adopt(pid_t process) {
  std::ifstream in(fmt::format("/proc/{}/maps", process));
  for (std::string line; std::getline(in, line);) {
    // 55d0-55d8 r-xp 00001000 fe:00 1234   /usr/bin/app
    std::istringstream fields(line);
    std::string range, rights, offset, device, inode, path;
    fields >> range >> rights >> offset >> device >> inode;
    std::getline(fields >> std::ws, path);
    const auto dash = range.find('-');
    if (rights.size() < 3 || rights[2] != 'x' || dash == std::string::npos) continue;
    map(process,
        {std::stoull(range.substr(0, dash), nullptr, 16), std::stoull(range.substr(dash + 1), nullptr, 16),
         std::stoull(offset, nullptr, 16), 0},
        path);
  }
  names_[process] = name_in_proc(process, process);
}

void ProcessTable::note(const perf_event_header& header) {
  switch (header.type) {
    case PERF_RECORD_MMAP2:
      return note_mapping(header);
    case PERF_RECORD_COMM:
      return note_name(header);
    case PERF_RECORD_FORK:
      return note_fork(header);
    case PERF_RECORD_EXIT:
      return note_exit(header);
    default:
      return;
  }
}

void ProcessTable::note_mapping(const perf_event_header& header) {
  RecordReader record(header);
  const auto process = record.next<pid_t>();
  record.next<pid_t>();
  CodeMapping mapping;
  mapping.begin = record.next<std::uint64_t>();
  mapping.end = mapping.begin + record.next<std::uint64_t>();
  mapping.file_offset = record.next<std::uint64_t>();
  for (int part = 0; part < 3; ++part) record.next<std::uint64_t>();  // device, inode, generation
  const auto protection = record.next<std::uint32_t>();
  record.next<std::uint32_t>();
  if ((protection & PROT_EXEC) != 0) map(process, mapping, record.text());
}

void ProcessTable::note_name(const perf_event_header& header) {
  RecordReader record(header);
  const auto process = record.next<pid_t>();
  const auto thread = record.next<pid_t>();
  names_[thread] = record.text();
  // A new program: nothing of the old one is mapped any more.
  if ((header.misc & PERF_RECORD_MISC_COMM_EXEC) != 0) processes_[process] = {};
}

void ProcessTable::note_fork(const perf_event_header& header) {
  RecordReader record(header);
  const auto process = record.next<pid_t>();
  const auto parent = record.next<pid_t>();
  const auto thread = record.next<pid_t>();
  const auto parent_thread = record.next<pid_t>();
  names_[thread] = name_of(parent, parent_thread);
  if (process == parent)
    ++processes_[process].threads;
  else
    processes_[process] = {.space = processes_[parent].space, .threads = 1};
}

void ProcessTable::note_exit(const perf_event_header& header) {
  RecordReader record(header);
  const auto process = record.next<pid_t>();
  record.next<pid_t>();
  const auto thread = record.next<pid_t>();
  names_.erase(thread);
  const auto at = processes_.find(process);
  if (at != processes_.end() && --at->second.threads <= 0) processes_.erase(at);
}

const AddressSpace* ProcessTable::space(pid_t process) const {
  const auto at = processes_.find(process);
  return at == processes_.end() ? nullptr : at->second.space.get();
}

const std::string& ProcessTable::name_of(pid_t process, pid_t thread) const {
  static const std::string unknown = "[unknown]";
  auto at = names_.find(thread);
  if (at == names_.end()) at = names_.find(process);
  return at == names_.end() ? unknown : at->second;
}

}  // namespace hpct
