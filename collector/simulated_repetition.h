// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hpct {

/// Instructions, of the measured call and of its regions by path. Inclusive: a region has those of the
/// regions inside it. Without our own: what recording a region takes is measured and taken off.
struct InstructionCounts {
  std::int64_t total = 0;
  std::map<std::string, std::int64_t> regions;
  bool operator==(const InstructionCounts&) const = default;
};

/// Does this process run on the simulated CPU, and was it built to talk to the simulator?
bool on_simulated_cpu();

/// Runs `variant` twice on the simulated CPU, the second time counted, and verifies both results. `log` is
/// the file the simulator writes its messages to, and where it answers what was counted so far. Only on one
/// thread: how several share work, and how long they wait for each other, is another number each time.
Expected<InstructionCounts> count_instructions(Workload& workload, const Variant& variant,
                                               const std::filesystem::path& log);

/// The count of the thread that asked, in the simulator's answer `text`: "current-tid: 1 .. events-1: 5000".
std::optional<std::uint64_t> count_in_answer(std::string_view text);

}  // namespace hpct
