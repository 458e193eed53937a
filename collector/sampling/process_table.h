// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/perf_event.h>
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "collector/sampling/stack_profile.h"

namespace hpct {

/// A piece of code in memory.
struct CodeMapping {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t file_offset = 0;  ///< of `begin`
  std::uint32_t module = 0;       ///< in the profile
};

/// The code of one process, by address. A new mapping replaces what it covers.
class AddressSpace {
 public:
  void map(const CodeMapping& mapping);
  [[nodiscard]] const CodeMapping* find(std::uint64_t address) const;
  [[nodiscard]] const std::map<std::uint64_t, CodeMapping>& mappings() const { return by_begin_; }
  /// Another number after every change.
  [[nodiscard]] std::uint64_t version() const { return version_; }

 private:
  std::map<std::uint64_t, CodeMapping> by_begin_;
  std::uint64_t version_ = 0;
};

/// Which processes and threads there are, what they are called and what code they have mapped, from the
/// records that the kernel writes beside the samples.
class ProcessTable {
 public:
  explicit ProcessTable(StackProfile& modules) : modules_(&modules) {}

  /// A process that was there before: its mappings from /proc.
  void adopt(pid_t process);
  /// Takes note of a mapping, name, fork or exit; other records are ignored.
  void note(const perf_event_header& header);

  [[nodiscard]] const AddressSpace* space(pid_t process) const;
  [[nodiscard]] const std::string& name_of(pid_t process, pid_t thread) const;

 private:
  struct Process {
    std::shared_ptr<AddressSpace> space = std::make_shared<AddressSpace>();  // shared after a fork
    int threads = 1;
  };
  void note_mapping(const perf_event_header& header);
  void note_name(const perf_event_header& header);
  void note_fork(const perf_event_header& header);
  void note_exit(const perf_event_header& header);
  AddressSpace& writable_space(pid_t process);
  CodeModule open_module(pid_t process, const std::string& path, std::uint64_t begin, std::uint64_t end);
  void map(pid_t process, CodeMapping mapping, const std::string& path);

  StackProfile* modules_;
  std::unordered_map<pid_t, Process> processes_;
  std::unordered_map<pid_t, std::string> names_;  // by thread
  std::unordered_map<std::string, CodeModule> opened_;
};

}  // namespace hpct
