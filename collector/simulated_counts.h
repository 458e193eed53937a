// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "collector/simulated_repetition.h"

namespace hpct {

/// What the program that measures tells the one on the simulated CPU, in a file of its folder.
struct SimulatedRequest {
  std::string workload;
  std::string variant;
  std::filesystem::path cache;
  std::vector<std::string> assignments;  ///< "name=value"
};

/// The file names in that folder, the same for every run: their length is part of the environment.
inline constexpr std::string_view kSimulatedCommand = "simulated-repetition";
inline constexpr const char* kSimulatedRequestFile = "request";
inline constexpr const char* kSimulatedLogFile = "log";
inline constexpr const char* kSimulatedAnswerFile = "answer";

std::string to_text(const SimulatedRequest& request);
SimulatedRequest parse_simulated_request(std::string_view text);
std::string to_text(const InstructionCounts& counts);
Expected<InstructionCounts> parse_instruction_counts(std::string_view text);

/// Counts the instructions of one more repetition of `variant` on the simulated CPU, at reduced size, and
/// adds them to the run and its regions as `ir_sim`, with how it was done; or why not. Takes seconds, and
/// none of them is anyone's time.
void add_simulated_counts(Run& run, const WorkloadInfo& info, const Variant& variant,
                          const Settings& settings);

/// The same for a program of the user's own, whole and at full size, from its first instruction to its
/// last; threads count, other programs that it starts do not.
void add_simulated_counts(Run& run, const std::vector<std::string>& command);

}  // namespace hpct
