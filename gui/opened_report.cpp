// SPDX-License-Identifier: Apache-2.0
#include "gui/opened_report.h"

#include <filesystem>

#include "reports/report_io.h"
#include "reports/timeline_io.h"

namespace hpct {
namespace {

const TimelineLink* timeline_link(const Report& report) {
  for (const auto& run : report.runs)
    if (run.timeline) return &*run.timeline;
  return nullptr;
}

/// The file name only: a report must not send us anywhere but to its own folder.
std::filesystem::path beside(const std::filesystem::path& report_file, const std::string& link) {
  return report_file.parent_path() / std::filesystem::path(link).filename();
}

}  // namespace

Expected<OpenedReport> open_report(const QString& file) {
  const std::filesystem::path path(file.toStdString());
  auto report = read_report(path);
  if (!report) return tl::unexpected(report.error());
  OpenedReport opened{file, nullptr, {}, {}};
  if (const auto* link = timeline_link(*report)) {
    auto timelines = read_timelines(beside(path, link->file));
    if (timelines)
      opened.timelines = std::move(*timelines);
    else
      opened.timelineNote = QString::fromStdString(timelines.error().message);
  }
  opened.analysis = std::make_shared<const Analysis>(analyze(std::move(*report)));
  return opened;
}

}  // namespace hpct
