// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "analyzer/analysis.h"
#include "cli/command.h"
#include "cli/importer.h"
#include "cli/terminal.h"
#include "reports/file_io.h"
#include "reports/report_io.h"

namespace hpct::commands {
namespace {

namespace fs = std::filesystem;

struct ImportArguments {
  std::string file;
  std::string output;
  bool json = false;
};

Expected<const ImporterInfo*> importer_of(std::string_view text, const std::string& file) {
  for (const auto* importer : all_importers())
    if (importer->recognises(text)) return importer;
  if (text.substr(0, 200).find("\"hpct-report\"") != std::string_view::npos)
    return fail(ErrorCode::usage, file + " is a report of ours already", "hpct-prof show " + file);
  std::string known;
  for (const auto* importer : all_importers())
    known += fmt::format("{}{} ({})", known.empty() ? "" : "; ", importer->name, importer->summary);
  return fail(ErrorCode::bad_file, file + " is in no format that can be imported", "there is: " + known);
}

/// "results/gb.json" -> "gb.hpct.json", here. A report that exists is only replaced when it was named.
Expected<fs::path> output_of(const ImportArguments& arguments) {
  if (!arguments.output.empty()) return fs::path(arguments.output);
  const fs::path file = fs::path(arguments.file).stem().string() + ".hpct.json";
  if (!fs::exists(file)) return file;
  return fail(ErrorCode::usage, file.string() + " exists already", "name the report: -o OTHER.hpct.json");
}

std::string told(const Report& report, const ImporterInfo& importer, const fs::path& file) {
  const auto failed =
      std::count_if(report.runs.begin(), report.runs.end(), [](const Run& r) { return !r.check.ok; });
  auto text = fmt::format("{} benchmark{} from {}", report.runs.size(), report.runs.size() == 1 ? "" : "s",
                          importer.name);
  if (failed > 0) text += fmt::format(", {} failed", failed);
  for (const auto& warning : report.warnings) text += "\nwarning: " + warning;
  return text +
         fmt::format("\nReport: {0}\nNext:\n  hpct-prof show {0}\n  hpct-prof compare {0} OTHER.hpct.json\n",
                     file.string());
}

Expected<void> import_file(const ImportArguments& arguments) {
  const auto text = read_file(arguments.file);
  if (!text) return tl::unexpected(text.error());
  const auto importer = importer_of(*text, arguments.file);
  if (!importer) return tl::unexpected(importer.error());
  auto report = (*importer)->read(*text, arguments.file);
  if (!report) return tl::unexpected(report.error());
  const auto file = output_of(arguments);
  if (!file) return tl::unexpected(file.error());
  add_metrics(*report);
  if (auto written = write_report(*report, *file); !written) return written;
  return print(arguments.json ? to_json(*report) : told(*report, **importer, *file));
}

std::string list_of_formats() {
  std::string text = "Formats (found by the file's content):\n";
  for (const auto* importer : all_importers())
    text += fmt::format("  {}: {}\n", importer->name, importer->summary);
  return text + "Example:\n  hpct-prof import results.json -o results.hpct.json";
}

void add(CLI::App& command, Invocation& invocation) {
  const auto arguments = std::make_shared<ImportArguments>();
  command.add_option("file", arguments->file, "a result of another tool")->required();
  command.add_option("-o,--output", arguments->output,
                     "report file; default: FILE's name with .hpct.json, here");
  command.add_flag("--json", arguments->json, "print the report too");
  command.footer(list_of_formats());
  command.callback([arguments, &invocation] {
    if (auto done = import_file(*arguments); !done) invocation.exit_code = report_error(done.error());
  });
}

}  // namespace

// Named apart from the command: `import` means something to the language.
extern const CommandInfo import_report;
const CommandInfo import_report{"import", "turn the results of another tool into a report", add};

}  // namespace hpct::commands
