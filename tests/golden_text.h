// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace hpct {

/// Compares `text` with the approved file tests/golden/NAME. tests/golden/accept.sh runs the tests
/// with HPCT_ACCEPT_GOLDEN=1, which writes the files instead; review them with git diff.
inline void expect_golden(const std::string& name, const std::string& text) {
  const auto path = std::string(HPCT_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("HPCT_ACCEPT_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " does not exist; tests/golden/accept.sh writes it";
  std::ostringstream approved;
  approved << file.rdbuf();
  EXPECT_EQ(text, approved.str()) << "if this is meant, run tests/golden/accept.sh and review the change";
}

}  // namespace hpct
