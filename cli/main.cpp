// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <hpct/progress.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>

#include "cli/command.h"
#include "collector/machine.h"
#include "collector/region_process.h"
#include "collector/settings.h"

namespace hpct {
namespace {

/// The first Ctrl-C asks the measurement to stop cleanly; a second one gets the default action.
void on_interrupt(int signal) {
  request_interrupt();
  std::signal(signal, SIG_DFL);
}

/// Everything after the first "--" belongs to the measured program, not to us.
Invocation split_arguments(int argc, char** argv) {
  Invocation invocation;
  invocation.words.assign(argv, argv + argc);
  const auto dashes = std::find(argv + 1, argv + argc, std::string_view("--"));
  if (dashes != argv + argc) invocation.program.assign(dashes + 1, argv + argc);
  return invocation;
}

std::string version_text() {
  const auto tool = describe_tool();
  return fmt::format("hpct-prof {}{} ({}, {})", tool.version, tool.commit.empty() ? "" : " " + tool.commit,
                     tool.compiler, tool.build_type);
}

/// "hpct-prof rnu" deserves better than "the following argument was not expected".
std::optional<Error> unknown_command(const Invocation& invocation) {
  if (invocation.words.size() < 2 || invocation.words[1].starts_with("-")) return std::nullopt;
  std::vector<std::string> names;
  for (const auto* info : all_commands()) names.emplace_back(info->name);
  if (std::find(names.begin(), names.end(), invocation.words[1]) != names.end()) return std::nullopt;
  return unknown_name("command", invocation.words[1], names);
}

/// "--varaint" deserves better than "the following argument was not expected".
Error unexpected_argument(const CLI::App& app) {
  const auto words = app.remaining(true);
  const auto chosen = app.get_subcommands();
  const auto& command = chosen.empty() ? app : *chosen.front();
  const auto name = chosen.empty() ? "hpct-prof" : "hpct-prof " + command.get_name();
  const auto at =
      std::find_if(words.begin(), words.end(), [](const auto& word) { return word.starts_with("-"); });
  const auto help = name + " --help shows what there is";
  if (at == words.end())
    return {ErrorCode::usage,
            fmt::format("{} takes no further argument \"{}\"", name, words.empty() ? "" : words.front()),
            help};
  std::vector<std::string> known;
  for (const auto* option : command.get_options())
    for (const auto& spelling : option->get_lnames()) known.push_back("--" + spelling);
  const auto typed = at->substr(0, at->find('='));
  const auto close = nearest(typed, known);
  return {ErrorCode::usage, fmt::format("{} has no option {}", name, typed),
          close.empty() ? help : fmt::format("did you mean {}?", close)};
}

int run_main(int argc, char** argv) {
  auto invocation = split_arguments(argc, argv);
  if (const auto error = unknown_command(invocation)) return report_error(*error);
  CLI::App app("Measures HPC workloads, says what limits them, and gates their speed in CI.", "hpct-prof");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(0, 1);
  app.footer(
      "First steps:\n  hpct-prof list\n  hpct-prof run mandelbrot --variant all -o ladder.hpct.json\n"
      "  hpct-prof show ladder.hpct.json --view ladder");
  for (const auto* info : all_commands())
    info->add(*app.add_subcommand(std::string(info->name), std::string(info->summary)), invocation);
  const auto own = argc - static_cast<int>(invocation.program.size()) -
                   (std::find(argv, argv + argc, std::string_view("--")) != argv + argc ? 1 : 0);
  try {
    app.parse(own, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ExtrasError&) {
    return report_error(unexpected_argument(app));
  } catch (const CLI::ParseError& error) {
    return report_error(
        {ErrorCode::usage, error.what(), "hpct-prof --help and hpct-prof COMMAND --help show the options"});
  }
  if (app.get_subcommands().empty()) fmt::print("{}", app.help());
  return invocation.exit_code;
}

}  // namespace

}  // namespace hpct

int main(int argc, char** argv) {
  hpct::ignore_environment();  // measured by another hpct-prof, our regions are still ours
  std::signal(SIGINT, hpct::on_interrupt);
  std::signal(SIGTERM, hpct::on_interrupt);
  // A closed pipe and a file-size limit become errors of write(), which are reported like a full disk.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return hpct::run_main(argc, argv);
  } catch (const std::bad_alloc&) {
    return hpct::report_error({hpct::ErrorCode::usage, "out of memory", "choose a smaller input"});
  } catch (const std::exception& error) {
    return hpct::report_error(
        {hpct::ErrorCode::failed, error.what(), "this is a bug of hpct-prof; please report it"});
  }
}
