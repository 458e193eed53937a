// SPDX-License-Identifier: Apache-2.0
#include "cli/cache.h"

#include <cstdlib>

namespace hpct {
namespace {

std::filesystem::path chosen_folder() {
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && *xdg == '/') return std::filesystem::path(xdg) / "hpct-prof";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return std::filesystem::path(home) / ".cache/hpct-prof";
  return "/var/tmp/hpct-prof";
}

}  // namespace

Expected<std::filesystem::path> cache_folder() {
  const auto folder = chosen_folder();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    return fail(ErrorCode::io, "cannot create the cache folder " + folder.string() + ": " + error.message(),
                "set XDG_CACHE_HOME to a folder you may write to");
  return folder;
}

}  // namespace hpct
