// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "analyzer/analysis_json.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "collector/settings.h"
#include "reports/report_io.h"

namespace hpct::commands {
namespace {

struct ShowArguments {
  std::string file;
  std::string view = "summary";
  bool json = false;
};

/// The summary is where people start; the other views speak for themselves.
std::string other_views(const ShowArguments& arguments) {
  if (arguments.view != "summary") return {};
  std::string names;
  for (const auto* render : all_renders())
    if (render->name != "summary") names += (names.empty() ? "" : ", ") + std::string(render->name);
  return "\nNext: hpct-prof show " + arguments.file + " --view NAME\n" +
         wrapped("NAME is one of " + names, static_cast<std::size_t>(render_options().width), "      ",
                 "      ");
}

Expected<void> show_report(const ShowArguments& arguments) {
  auto report = read_report(arguments.file);
  if (!report) return tl::unexpected(report.error());
  const auto analysis = analyze(std::move(*report));
  if (arguments.json) return print(to_json(analysis));
  std::vector<std::string> names;
  for (const auto* render : all_renders()) {
    if (render->name == arguments.view)
      return print(render->render(analysis, render_options()) + other_views(arguments));
    names.emplace_back(render->name);
  }
  return tl::unexpected(unknown_name("view", arguments.view, names));
}

std::string list_of_views() {
  std::string text = "Views:\n";
  for (const auto* render : all_renders())
    text += "  " + std::string(render->name) + ": " + std::string(render->summary) + "\n";
  return text + "Example:\n  hpct-prof show ladder.hpct.json --view ladder";
}

void add(CLI::App& command, Invocation& invocation) {
  const auto arguments = std::make_shared<ShowArguments>();
  command.add_option("report", arguments->file, "a report written by hpct-prof run")->required();
  command.add_option("--view", arguments->view, "what to show (summary)");
  command.add_flag("--json", arguments->json, "the analysis for machines: metrics, roofline, findings");
  command.footer(list_of_views());
  command.callback([arguments, &invocation] {
    if (auto shown = show_report(*arguments); !shown) invocation.exit_code = report_error(shown.error());
  });
}

}  // namespace

extern const CommandInfo show;
const CommandInfo show{
    "show", "print a report: summary, ladder, roofline, roofs, kernels, counters, hot, findings", add};

}  // namespace hpct::commands
