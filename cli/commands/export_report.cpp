// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/exporter.h"
#include "cli/terminal.h"
#include "collector/settings.h"
#include "reports/file_io.h"
#include "reports/report_io.h"

namespace hpct::commands {
namespace {

struct ExportArguments {
  std::string file;
  std::string format;
  std::string output;  ///< empty: stdout
};

Expected<const ExporterInfo*> find_exporter(const std::string& name) {
  std::vector<std::string> names;
  for (const auto* exporter : all_exporters()) {
    if (exporter->name == name) return exporter;
    names.emplace_back(exporter->name);
  }
  return tl::unexpected(unknown_name("export format", name, names));
}

Expected<void> run_export(const ExportArguments& arguments) {
  const auto exporter = find_exporter(arguments.format);
  if (!exporter) return tl::unexpected(exporter.error());
  const auto report = read_report(arguments.file);
  if (!report) return tl::unexpected(report.error());
  const auto text = (*exporter)->write(*report, arguments.file);
  if (!text) return tl::unexpected(text.error());
  return arguments.output.empty() ? print(*text) : write_file_atomically(arguments.output, *text);
}

std::string list_of_formats() {
  std::string text = "Formats:\n";
  for (const auto* exporter : all_exporters())
    text += "  " + std::string(exporter->name) + ": " + std::string(exporter->summary) + "\n";
  return text + "Example:\n  hpct-prof export my_program.hpct.json --to collapsed -o stacks.txt";
}

void add(CLI::App& command, Invocation& invocation) {
  const auto arguments = std::make_shared<ExportArguments>();
  command.add_option("report", arguments->file, "a report written by hpct-prof run")->required();
  command.add_option("--to", arguments->format, "the format")->required();
  command.add_option("-o,--output", arguments->output, "write to this file instead of stdout");
  command.footer(list_of_formats());
  command.callback([arguments, &invocation] {
    if (auto done = run_export(*arguments); !done) invocation.exit_code = report_error(done.error());
  });
}

}  // namespace

// `export` is a word of the language, so the object cannot have the command's name.
extern const CommandInfo export_report;
const CommandInfo export_report{"export", "write a report in another tool's format", add};

}  // namespace hpct::commands
