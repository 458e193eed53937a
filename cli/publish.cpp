// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

#include "cli/measuring.h"
#include "collector/ceilings.h"
#include "collector/certificate.h"
#include "collector/clock.h"
#include "collector/machine.h"
#include "collector/settings.h"
#include "reports/file_io.h"
#include "reports/report_io.h"
#include "reports/timeline_io.h"

namespace hpct {
namespace {

namespace fs = std::filesystem;

/// "out/1brc.hpct.json" -> "out/1brc", for the names of what lies beside a report.
std::string stem_of(const fs::path& file) {
  auto name = file.string();
  constexpr std::string_view kEnding = ".hpct.json";
  if (name.ends_with(kEnding)) name.resize(name.size() - kEnding.size());
  return name;
}

/// "1brc.hpct.json" -> "1brc.previous.hpct.json": the last report is never lost to the next run.
fs::path previous_name(const fs::path& file) { return stem_of(file) + ".previous.hpct.json"; }

/// The file of a run's call stacks, beside the report: "app.hpct.stacks.txt". A report of several sampled
/// runs has one per variant: "ladder.naive.hpct.stacks.txt".
fs::path stacks_path(const fs::path& file, const Run& run, bool several) {
  return stem_of(file) + (several ? "." + run.variant : "") + ".hpct.stacks.txt";
}

bool has_stacks(const MeasuredRun& measured) { return !measured.stacks.empty(); }

/// Writes call stacks and links the runs to them. What cannot be written costs the stacks, not the report.
void publish_stacks(Measurement& measurement, const fs::path& file) {
  const bool several = std::count_if(measurement.runs.begin(), measurement.runs.end(), has_stacks) > 1;
  for (auto& measured : measurement.runs) {
    if (!has_stacks(measured) || !measured.run.profile) continue;
    const auto path = stacks_path(file, measured.run, several);
    if (auto written = write_file_atomically(path, measured.stacks); !written)
      measurement.warnings.push_back("no call stacks: " + written.error().message);
    else
      measured.run.profile->stacks = path.filename().string();
  }
}

/// Moves an earlier report (and its timeline and call stacks, and the links to them) out of the way. Where
/// there is no room for that, the earlier report stays whole until the new one replaces it.
void keep_previous(const fs::path& file) {
  auto report = read_report(file);
  if (!report) return;  // not one of ours: replaced like any output file
  const auto previous = previous_name(file);
  std::vector<std::pair<fs::path, fs::path>> moves;
  const auto sampled = std::count_if(report->runs.begin(), report->runs.end(), [](const Run& run) {
    return run.profile && !run.profile->stacks.empty();
  });
  for (auto& run : report->runs) {
    if (run.timeline) {
      const auto to = timeline_path(previous, run.timeline->file.ends_with(kCompressedEnding));
      moves.emplace_back(file.parent_path() / run.timeline->file, to);
      run.timeline->file = to.filename().string();
    }
    if (!run.profile || run.profile->stacks.empty()) continue;
    moves.emplace_back(file.parent_path() / run.profile->stacks, stacks_path(previous, run, sampled > 1));
    run.profile->stacks = moves.back().second.filename().string();
  }
  if (!write_report(*report, previous)) return;
  std::error_code ignored;
  for (const auto& [from, to] : moves) fs::rename(from, to, ignored);
}

/// Caches whose bandwidth ends far from their reported size: mostly the host's, shared with strangers.
std::vector<std::string> doubts_about_levels(const Report& report) {
  constexpr std::int64_t kFar = 3;
  std::vector<std::string> doubts;
  for (const auto& roof : report.ceilings) {
    if (!roof.plateau || roof.threads != 1 || roof.level.empty()) continue;
    for (const auto& cache : report.machine.caches)
      if (roof.level == fmt::format("L{}", cache.level) && roof.plateau->high < cache.bytes / kFar)
        doubts.push_back(
            fmt::format("{} MiB of {} are reported, but only sets up to {:.3g} MiB are loaded at its "
                        "speed: it is shared with others",
                        cache.bytes >> 20, roof.level, static_cast<double>(roof.plateau->high) / (1 << 20)));
  }
  std::sort(doubts.begin(), doubts.end());
  doubts.erase(std::unique(doubts.begin(), doubts.end()), doubts.end());
  return doubts;
}

/// Roofs are measured by thousands of repetitions that nobody reads: what they say is in the roofs.
void drop_ceiling_runs(Report& report) {
  std::erase_if(report.runs, [](const Run& run) { return run.role == "ceiling"; });
}

/// All roofs of as many threads as a run would use, in full and on a quiet machine.
bool worth_keeping(const RunRequest& request, const Report& report) {
  const bool quick = std::find(request.assignments.begin(), request.assignments.end(), "quick=1") !=
                     request.assignments.end();
  return !report.ceilings.empty() && request.workload == "ceilings" && request.variants.empty() && !quick &&
         !request.options.insist_on_minimum;
}

Report report_of(Measurement& measurement, const RunRequest& request, const Invocation& invocation) {
  Report report;
  report.tool = describe_tool();
  report.command = invocation.words;
  report.created = clock::utc_text();
  report.source = describe_source(fs::current_path());
  report.machine = describe_machine();
  report.ceilings = std::move(measurement.ceilings);
  report.warnings = std::move(measurement.warnings);
  report.certificate = std::move(measurement.certificate);
  for (auto& measured : measurement.runs)
    std::move(measured.warnings.begin(), measured.warnings.end(), std::back_inserter(report.warnings));
  for (auto& measured : measurement.runs) report.runs.push_back(std::move(measured.run));
  for (auto& run : report.runs) drop_refuted(report.certificate, run.values);
  const auto own = ceilings_from(report.runs);
  const auto doubt = own.empty() ? std::nullopt : doubt_about_roofs(report.runs);
  if (doubt) report.warnings.push_back(*doubt);
  report.ceilings.insert(report.ceilings.end(), own.begin(), own.end());
  if (!doubt && worth_keeping(request, report))
    keep_ceilings(report, request.threads == 0 ? usable_threads() : request.threads);
  drop_ceiling_runs(report);
  report.machine.noise = measurement.noise;
  for (auto& about_level : doubts_about_levels(report)) report.warnings.push_back(std::move(about_level));
  return report;
}

/// Writes the events beside the report and links each run to them. Roofs have none worth keeping. A disk
/// that is too full for the events costs the events and not the report.
void publish_timelines(const Measurement& measurement, Report& report, const fs::path& file) {
  std::vector<Timeline> timelines;
  std::int64_t events = 0;
  for (const auto& measured : measurement.runs) events += timelines.emplace_back(measured.timeline).events();
  if (events == 0) return;
  const auto target = timeline_path(file, events > kMostPlainEvents);
  if (auto written = write_timelines(timelines, target); !written) {
    report.warnings.push_back("there is no timeline: " + written.error().message);
    return;
  }
  for (std::size_t i = 0; i < timelines.size(); ++i)
    if (timelines[i].events() > 0)
      report.runs[i].timeline = TimelineLink{.file = target.filename().string(),
                                             .events = timelines[i].events(),
                                             .dropped = timelines[i].dropped,
                                             .threads = timelines[i].threads};
}

/// Everything but the report itself: that is written last, when all it names is there.
Analysis analyze_beside(Measurement& measurement, const RunRequest& request, const Invocation& invocation,
                        const fs::path& file) {
  publish_stacks(measurement, file);
  auto report = report_of(measurement, request, invocation);
  publish_timelines(measurement, report, file);
  return analyze(std::move(report));
}

std::string render(const Analysis& analysis, std::string_view view) {
  for (const auto* info : all_renders())
    if (info->name == view) return info->render(analysis, render_options());
  return {};
}

std::string next_steps(const Report& report, const fs::path& file) {
  const auto name = file.string();
  std::string text = fmt::format("\nReport: {}\nNext:\n", name);
  const auto rungs = std::count_if(report.runs.begin(), report.runs.end(),
                                   [](const Run& r) { return r.role == "workload"; });
  if (rungs == 1)
    text += fmt::format("  hpct-prof run {} --variant all          every rung of the ladder\n",
                        report.runs[0].workload);
  if (rungs > 1) text += fmt::format("  hpct-prof show {} --view ladder\n", name);
  if (!report.ceilings.empty()) text += fmt::format("  hpct-prof show {} --view roofline\n", name);
  const auto sampled = [](const Run& run) { return run.profile && run.profile->samples > 0; };
  if (std::any_of(report.runs.begin(), report.runs.end(), sampled))
    text += fmt::format("  hpct-prof show {} --view hot\n", name);
  text += fmt::format("  hpct-prof show {} --view {}\n", name, report.runs.empty() ? "roofs" : "findings");
  text += fmt::format("  hpct-prof gui {}\n", name);
  if (fs::exists(previous_name(file)))
    text += fmt::format("  hpct-prof compare {} {}\n", previous_name(file).string(), name);
  return text;
}

/// A full disk must not cost what took minutes to measure: it is printed, and written elsewhere where it can
/// be.
Error rescued(const Analysis& analysis, const RunRequest& request, const fs::path& file, Error error) {
  static_cast<void>(print(request.json ? to_json(analysis.report) : render(analysis, "summary")));
  std::error_code no_folder;
  const auto refuge =
      fs::temp_directory_path(no_folder) / fmt::format("rescued-{}-{}", ::getpid(), file.filename().string());
  if (!no_folder && write_report(analysis.report, refuge))
    error.hint = fmt::format("the report is in {} instead", refuge.string());
  return error;
}

}  // namespace

Expected<fs::path> output_file(const RunRequest& request, const std::string& fallback_stem) {
  const fs::path file =
      request.output.empty() ? fs::path(fallback_stem + ".hpct.json") : fs::path(request.output);
  if (fs::is_directory(file))
    return fail(ErrorCode::io, fmt::format("{} is a folder", file.string()),
                "name a file in it: -o FOLDER/NAME.hpct.json");
  if (fs::exists(file) && !fs::is_regular_file(file))
    return fail(ErrorCode::io, fmt::format("{} is not a regular file", file.string()),
                "choose another place with -o");
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const auto probe = folder / fmt::format(".hpct-probe-{}", ::getpid());
  const auto written = write_file_atomically(probe, "");
  std::error_code ignored;
  fs::remove(probe, ignored);
  if (!written)
    return fail(ErrorCode::io,
                fmt::format("cannot write into {}: {}", folder.string(), written.error().message),
                "choose another place with -o");
  return file;
}

Error publish_interrupted(Measurement measurement, const RunRequest& request, const Invocation& invocation,
                          const fs::path& file) {
  const fs::path beside = stem_of(file) + ".interrupted.hpct.json";
  const auto analysis = analyze_beside(measurement, request, invocation, beside);
  const auto repetitions =
      std::accumulate(analysis.report.runs.begin(), analysis.report.runs.end(), std::size_t{0},
                      [](std::size_t sum, const Run& run) { return sum + run.repetitions.size(); });
  if (auto written = write_report(analysis.report, beside); !written)
    return {ErrorCode::interrupted, "interrupted, and what was complete is lost: " + written.error().message,
            written.error().hint};
  return {ErrorCode::interrupted,
          fmt::format("interrupted; {} complete repetitions are in {}", repetitions, beside.string()),
          fmt::format("hpct-prof show {}", beside.string())};
}

Expected<void> publish(Measurement measurement, const RunRequest& request, const Invocation& invocation,
                       const fs::path& file) {
  keep_previous(file);
  const auto analysis = analyze_beside(measurement, request, invocation, file);
  if (auto written = write_report(analysis.report, file); !written)
    return tl::unexpected(rescued(analysis, request, file, written.error()));
  if (request.json) return print(to_json(analysis.report));
  return print(render(analysis, "summary") + next_steps(analysis.report, file));
}

}  // namespace hpct
