// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>

#include <string>

#include "analyzer/comparison.h"

namespace CLI {
class App;
}

namespace hpct {

/// The arguments that `compare` and `gate` share.
struct ComparedFiles {
  std::string base;
  std::string candidate;
  std::string threshold = "5%";
  bool ignore_differences = false;
  bool json = false;

  void add_to(CLI::App& command);
  /// Reads and analyses both reports and compares them.
  [[nodiscard]] Expected<Comparison> compare() const;
};

/// "5%" and "0.05" -> 0.05; at least 0 and below 1000 %.
Expected<double> parse_share(const std::string& text);

}  // namespace hpct
