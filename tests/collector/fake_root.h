// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <utility>

#include "tests/temporary_folder.h"

namespace hpct {

/// A folder that stands for "/", holding the given files.
class FakeRoot {
 public:
  FakeRoot(std::initializer_list<std::pair<const char*, const char*>> files = {}) {
    for (const auto& [name, text] : files) {
      const auto file = folder_ / name;
      std::filesystem::create_directories(file.parent_path());
      std::ofstream(file) << text;
    }
  }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace hpct
