// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <filesystem>
#include <string>
#include <vector>

#include "collector/counter_source.h"

namespace hpct {

/// The program that simulates a CPU and counts its instructions: valgrind with its tool callgrind.
struct Simulator {
  std::string path;
  std::string version;  ///< "valgrind-3.19.0"
};

/// Looks for it in PATH. ErrorCode::not_supported with a hint when there is none.
Expected<Simulator> find_simulator();

/// Can `--counters simulated` count here, and if not, why and what to do about it.
Availability simulator_availability();

/// Everything around a program that moves its instruction count and is ours to choose: the simulator's
/// options, the environment variables, address randomisation. What is left (version, C library, instruction
/// set shown) cannot be chosen, so it is hashed.
struct PinnedEnvironment {
  std::vector<std::string> variables;  ///< "NAME=value", always the same number of bytes in all
  std::vector<std::string> options;    ///< of the simulator
  std::string hash;                    ///< equal hashes: the same program has the same count
};

/// `own_variables`: what the program needs beyond the fixed ones; their values are part of the hash.
PinnedEnvironment pin_environment(const Simulator& simulator, const std::vector<std::string>& own_variables);

/// How one simulated execution is started.
struct SimulatedExecution {
  std::vector<std::string> command;
  std::filesystem::path folder;      ///< where it runs
  std::vector<std::string> options;  ///< of the simulator, beside the pinned ones
};

struct EndedProcess {
  int number = 0;
  int status = 0;  ///< as a shell has it: 128 + signal when a signal ended it
};

/// Runs it to its end with nothing to read and nothing to print on.
Expected<EndedProcess> execute_simulated(const Simulator& simulator, const PinnedEnvironment& environment,
                                         const SimulatedExecution& execution);

/// "avx2", "baseline": the best instruction set of ours that the simulated CPU shows. It is never wider than
/// AVX2, whatever the real one has.
std::string simulated_isa();

}  // namespace hpct
