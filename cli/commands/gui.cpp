// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <filesystem>
#include <memory>

#include "cli/command.h"

namespace hpct::commands {
namespace {

/// hpct-gui beside this program when both were built or installed together, else from PATH.
std::string gui_program() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  for (const auto* place : {"hpct-gui", "../gui/hpct-gui"}) {
    const auto candidate = self.parent_path() / place;
    if (!error && ::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return "hpct-gui";
}

/// Replaces this process: the window's exit code becomes ours.
int open_window(const std::vector<std::string>& files) {
  const auto program = gui_program();
  std::vector<char*> arguments{const_cast<char*>(program.c_str())};
  for (const auto& file : files) arguments.push_back(const_cast<char*>(file.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  return report_error({ErrorCode::not_supported,
                       std::string("cannot start hpct-gui: ") + std::strerror(errno),
                       "build with -DHPCT_GUI=ON, or install the desktop package"});
}

void add(CLI::App& command, Invocation& invocation) {
  const auto files = std::make_shared<std::vector<std::string>>();
  command.add_option("reports", *files, "one report, or a baseline and a candidate");
  command.footer(
      "Examples:\n  hpct-prof gui ladder.hpct.json\n  hpct-prof gui before.hpct.json after.hpct.json");
  command.callback([files, &invocation] { invocation.exit_code = open_window(*files); });
}

}  // namespace

extern const CommandInfo gui;
const CommandInfo gui{"gui", "open reports in the desktop program", add};

}  // namespace hpct::commands
