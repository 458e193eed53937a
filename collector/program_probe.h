// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/repetition.h"

namespace hpct {

/// "NAME=value" entries that the child gets on top of our own environment.
using ChildEnvironment = std::vector<std::string>;

/// Looks at one execution of the user's program, from before its first instruction to after its last.
/// A probe that cannot work says so in its part of the sample (a missing value, a warning) and never
/// stops the program from being run. Calls come in this order, once each; attach() and ended() are
/// skipped when the program could not be started.
class ProgramProbe {
 public:
  virtual ~ProgramProbe() = default;
  /// Nothing of the program exists yet.
  virtual void prepare(ChildEnvironment& environment) = 0;
  /// The child is forked, has not yet called exec, and waits until this returns: what is opened on it
  /// here with enable-on-exec and inherit sees the program whole, and nothing else.
  virtual void attach(pid_t child) = 0;
  /// The program has ended and is a zombie: /proc/<child> still answers.
  virtual void ended(pid_t child) = 0;
  /// Adds what was seen to the sample.
  virtual void collect(Sample& sample) = 0;
};

/// The registry entry: one per probe, listed in collector/CMakeLists.txt.
struct ProgramProbeInfo {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<ProgramProbe> (*make)(const RunnerOptions& options);  ///< null: not wanted by the options
};

std::span<const ProgramProbeInfo* const> all_program_probes();

}  // namespace hpct
