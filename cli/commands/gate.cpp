// SPDX-License-Identifier: Apache-2.0
#include "analyzer/gate.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "analyzer/analysis_json.h"
#include "analyzer/comparison_text.h"
#include "cli/command.h"
#include "cli/compared_files.h"
#include "cli/terminal.h"

namespace hpct::commands {
namespace {

/// Prints the decision; its exit code, or an error.
Expected<int> judge(const ComparedFiles& files) {
  const auto comparison = files.compare();
  if (!comparison) return tl::unexpected(comparison.error());
  const auto decision = decide(*comparison);
  auto printed =
      print(files.json ? to_json(decision, *comparison) : gate_text(decision, *comparison, render_options()));
  if (!printed) return tl::unexpected(printed.error());
  return exit_code(decision);
}

void add(CLI::App& command, Invocation& invocation) {
  const auto files = std::make_shared<ComparedFiles>();
  files->add_to(command);
  command.footer(
      "Exit codes: 0 pass, 1 regressed, 2 usage or bad file, 3 undecided, 4 not comparable,\n"
      "5 a run failed or its result is wrong.\n"
      "Example:\n  hpct-prof gate base.hpct.json candidate.hpct.json --threshold 5%");
  command.callback([files, &invocation] {
    const auto code = judge(*files);
    invocation.exit_code = code ? *code : report_error(code.error());
  });
}

}  // namespace

extern const CommandInfo gate;
const CommandInfo gate{"gate", "judge a report against a baseline; the exit code is the verdict", add};

}  // namespace hpct::commands
