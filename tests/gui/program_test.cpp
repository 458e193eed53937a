// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QImage>
#include <QProcess>

#include "gui/arguments.h"
#include "reports/report_io.h"
#include "reports/timeline_io.h"
#include "tests/gui/sample_session.h"
#include "tests/temporary_folder.h"

namespace hpct {
namespace {

struct Outcome {
  int exit_code = -1;
  QString out;
  QString errors;
};

/// Runs hpct-gui as on a machine without a display and without XDG_RUNTIME_DIR.
Outcome run_program(const QStringList& arguments, bool offscreen = false) {
  auto environment = QProcessEnvironment::systemEnvironment();
  for (const auto* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"})
    environment.remove(QLatin1String(name));
  if (offscreen) environment.insert("QT_QPA_PLATFORM", "offscreen");
  QProcess process;
  process.setProcessEnvironment(environment);
  process.start(HPCT_GUI_PROGRAM, arguments);
  process.waitForFinished(20'000);
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
          QString::fromLocal8Bit(process.readAllStandardOutput()),
          QString::fromLocal8Bit(process.readAllStandardError())};
}

class Program : public ::testing::Test {
 protected:
  QString write(const std::string& name, Report report) {
    for (auto& run : report.runs)
      if (run.workload == "qwen-decode") run.timeline = TimelineLink{.file = "", .events = 400, .dropped = 0};
    const auto file = folder_ / name;
    const auto events = timeline_path(file);
    for (auto& run : report.runs)
      if (run.timeline) run.timeline->file = events.filename().string();
    EXPECT_TRUE(write_timelines(sample::timelines(report), events));
    EXPECT_TRUE(write_report(report, file));
    return path(name);
  }
  [[nodiscard]] QString path(const std::string& name) const {
    return QString::fromStdString((folder_ / name).string());
  }

  /// Exit 2 and one line that contains `words`.
  static void expectOneLine(const Outcome& outcome, const QString& words) {
    EXPECT_EQ(outcome.exit_code, 2) << outcome.errors.toStdString();
    EXPECT_EQ(outcome.errors.count('\n'), 1) << outcome.errors.toStdString();
    EXPECT_TRUE(outcome.errors.startsWith("hpct-gui: ")) << outcome.errors.toStdString();
    EXPECT_TRUE(outcome.errors.contains(words)) << outcome.errors.toStdString();
  }

  TemporaryFolder folder_;
};

TEST_F(Program, writes_a_screenshot_of_the_asked_size_without_a_display) {
  const auto report = write("a.hpct.json", sample::report());
  const auto outcome =
      run_program({"--screenshot", path("out.png"), "--view", "roofline", "--size", "900x600", report});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.errors, "");
  const QImage picture(path("out.png"), "PNG");
  EXPECT_EQ(picture.size(), QSize(900, 600));
}

TEST_F(Program, pictures_the_comparison_of_two_reports) {
  const auto base = write("a.hpct.json", sample::report());
  const auto candidate = write("b.hpct.json", sample::report(1.5));
  const auto outcome = run_program({"--screenshot", path("out.png"), "--view", "compare", base, candidate});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors.toStdString();
  EXPECT_EQ(QImage(path("out.png"), "PNG").size(), QSize(1280, 800));
}

TEST_F(Program, opens_a_report_whose_timeline_file_is_gone) {
  const auto report = write("a.hpct.json", sample::report());
  std::filesystem::remove(folder_ / "a.hpct.timeline.json");
  EXPECT_EQ(run_program({"--screenshot", path("out.png"), report}).exit_code, 0);
  expectOneLine(run_program({"--screenshot", path("out.png"), "--view", "timeline", report}), "timeline");
}

TEST_F(Program, refuses_a_report_that_is_not_there) {
  expectOneLine(run_program({"--screenshot", path("out.png"), path("none.hpct.json")}), "none.hpct.json");
}

TEST_F(Program, refuses_a_truncated_report) {
  const auto report = write("a.hpct.json", sample::report());
  std::filesystem::resize_file(folder_ / "a.hpct.json", 500);
  expectOneLine(run_program({"--screenshot", path("out.png"), report}), "a.hpct.json");
}

TEST_F(Program, suggests_the_nearest_view) {
  expectOneLine(run_program({"--view", "rofline", "--screenshot", path("out.png")}),
                "did you mean 'roofline'");
}

TEST_F(Program, refuses_an_option_it_does_not_know) {
  expectOneLine(run_program({"--bogus"}, true), "bogus");
}

TEST_F(Program, refuses_a_size_it_cannot_read) {
  expectOneLine(run_program({"--size", "1280", "--screenshot", path("out.png")}), "WIDTHxHEIGHT");
}

TEST_F(Program, refuses_three_reports) {
  expectOneLine(run_program({"--screenshot", path("out.png"), "a", "b", "c"}), "two reports");
}

TEST_F(Program, refuses_a_view_that_has_nothing_to_show) {
  const auto report = write("a.hpct.json", sample::report());
  expectOneLine(run_program({"--screenshot", path("out.png"), "--view", "compare", report}), "baseline");
}

TEST_F(Program, says_when_the_picture_cannot_be_written) {
  const auto report = write("a.hpct.json", sample::report());
  expectOneLine(run_program({"--screenshot", path("no/such/folder/out.png"), report}), "cannot write");
}

TEST_F(Program, says_in_one_line_that_there_is_no_display) { expectOneLine(run_program({}), "no display"); }

TEST_F(Program, prints_help_without_a_display) {
  const auto outcome = run_program({"--help"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(outcome.out.contains("--screenshot"));
  EXPECT_EQ(outcome.errors, "");
}

TEST(Nearest, finds_what_was_meant_and_nothing_when_nothing_is_near) {
  const QStringList views{"overview", "roofline", "timeline"};
  EXPECT_EQ(nearest("Roofine", views), "roofline");
  EXPECT_EQ(nearest("qqqq", views), "");
}

}  // namespace
}  // namespace hpct
