// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "collector/recorder.h"

namespace hpct {

/// What a program left in its channel.
struct Delivery {
  Recording recording;
  std::vector<std::string> warnings;  ///< why something is not there
};

/// Memory in which a program, and what it starts, records its regions while it runs: shared, in no file
/// system, and ours. So there is nothing to do at the program's end, and all is there that was recorded until
/// a crash or a SIGKILL. Programs find it through an environment variable.
class RegionChannel {
 public:
  /// `records` for all threads together; timestamps are read as `stamp` says.
  static Expected<RegionChannel> create(std::uint64_t records, Stamp stamp, double ns_per_tick);

  RegionChannel(RegionChannel&& other) noexcept;
  RegionChannel& operator=(RegionChannel&&) = delete;
  ~RegionChannel();

  /// "NAME=value" for the program's environment. Works while this object exists.
  [[nodiscard]] std::string environment() const;

  /// What is there now. Processes that still run go on writing.
  [[nodiscard]] Delivery read() const;

 private:
  RegionChannel(int file, std::uint64_t records) : file_(file), records_(records) {}

  int file_;
  std::uint64_t records_;
};

}  // namespace hpct
