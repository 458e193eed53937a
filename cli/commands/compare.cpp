// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "analyzer/analysis_json.h"
#include "analyzer/comparison_text.h"
#include "cli/command.h"
#include "cli/compared_files.h"
#include "cli/terminal.h"

namespace hpct::commands {
namespace {

Expected<void> show_comparison(const ComparedFiles& files) {
  const auto comparison = files.compare();
  if (!comparison) return tl::unexpected(comparison.error());
  return print(files.json ? to_json(*comparison) : comparison_text(*comparison, render_options()));
}

void add(CLI::App& command, Invocation& invocation) {
  const auto files = std::make_shared<ComparedFiles>();
  files->add_to(command);
  command.footer(
      "Example:\n  hpct-prof compare before.hpct.json after.hpct.json\n"
      "compare only shows; hpct-prof gate also decides and sets the exit code.");
  command.callback([files, &invocation] {
    if (auto shown = show_comparison(*files); !shown) invocation.exit_code = report_error(shown.error());
  });
}

}  // namespace

extern const CommandInfo compare;
const CommandInfo compare{"compare", "what changed between two reports, with intervals", add};

}  // namespace hpct::commands
