// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "collector/sampling/process_table.h"

namespace hpct {

/// What a sample tells about where its thread was.
struct ThreadState {
  std::span<const std::uint64_t> registers;  ///< those of unwinding_registers(), lowest bit first
  std::span<const std::byte> stack;          ///< from the stack pointer upwards
};

/// Finds callers from unwind tables and a copy of the stack. Keeps what it has read of a program's files, for
/// a few processes at a time.
class DwarfUnwinder {
 public:
  DwarfUnwinder();
  ~DwarfUnwinder();
  DwarfUnwinder(const DwarfUnwinder&) = delete;
  DwarfUnwinder& operator=(const DwarfUnwinder&) = delete;

  /// Addresses, innermost first; all but the first are return addresses. The first is always there.
  const std::vector<std::uint64_t>& unwind(pid_t process, const AddressSpace& space,
                                           const std::vector<CodeModule>& modules, const ThreadState& state);

 private:
  class Program;
  Program& program_of(pid_t process, const AddressSpace& space, const std::vector<CodeModule>& modules);
  std::vector<std::unique_ptr<Program>> programs_;  ///< most recently used last
  std::vector<std::uint64_t> addresses_;
};

}  // namespace hpct
