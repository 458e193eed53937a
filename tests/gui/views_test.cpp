// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QImage>
#include <QLabel>
#include <QTableView>

#include "gui/main_window.h"
#include "gui/theme.h"
#include "gui/views/widgets/table_pane.h"
#include "tests/gui/gui_environment.h"
#include "tests/gui/sample_session.h"

namespace hpct {
namespace {

enum class Content { nothing, one, two, all_missing, no_runs };

OpenedReport opened(Report report, bool with_events) {
  auto timelines = with_events ? sample::timelines(report) : std::vector<Timeline>{};
  return {"sample.hpct.json", sample::analysed(std::move(report)), std::move(timelines), {}};
}

void fill(MainWindow& window, Content content) {
  switch (content) {
    case Content::nothing:
      return;
    case Content::one:
      return window.show(opened(sample::report(), true), std::nullopt);
    case Content::two:
      return window.show(opened(sample::report(1.5), true), opened(sample::report(), true));
    case Content::all_missing:
      return window.show(opened(sample::all_missing(), false), std::nullopt);
    case Content::no_runs:
      return window.show(opened(Report{}, false), std::nullopt);
  }
}

/// Distinct colours of a picture, up to 3: a blank one has a single colour.
int colours_in(const QImage& image) {
  QSet<QRgb> colours;
  for (int y = 0; y < image.height() && colours.size() < 3; y += 3)
    for (int x = 0; x < image.width() && colours.size() < 3; x += 3) colours.insert(image.pixel(x, y));
  return static_cast<int>(colours.size());
}

class EveryView : public ::testing::TestWithParam<Content> {};

TEST_P(EveryView, can_be_shown_and_pictured) {
  MainWindow window;
  window.resize(1024, 640);
  fill(window, GetParam());
  window.QWidget::show();
  for (const auto* info : all_views()) {
    ASSERT_TRUE(window.showView(info->id));
    const auto picture = window.grab().toImage();
    EXPECT_EQ(picture.size(), QSize(1024, 640)) << info->id;
    EXPECT_GE(colours_in(picture), 3) << info->id;
  }
}

std::string name_of_content(const ::testing::TestParamInfo<Content>& content) {
  switch (content.param) {
    case Content::nothing:
      return "nothing";
    case Content::one:
      return "one_report";
    case Content::two:
      return "two_reports";
    case Content::all_missing:
      return "all_missing";
    case Content::no_runs:
      return "no_runs";
  }
  return {};
}

INSTANTIATE_TEST_SUITE_P(Contents, EveryView,
                         ::testing::Values(Content::nothing, Content::one, Content::two, Content::all_missing,
                                           Content::no_runs),
                         name_of_content);

TEST(MainWindow, a_view_that_cannot_show_the_session_says_why) {
  MainWindow window;
  fill(window, Content::one);
  EXPECT_EQ(window.refusalOf("overview"), "");
  EXPECT_TRUE(window.refusalOf("compare").contains("baseline"));
}

TEST(MainWindow, stays_with_its_report_when_another_cannot_be_read) {
  MainWindow window;
  fill(window, Content::one);
  const auto* before = window.session().current();
  EXPECT_FALSE(window.open({"/nowhere/at/all.hpct.json"}));
  EXPECT_EQ(window.session().current(), before);
}

TEST(MainWindow, swapping_exchanges_baseline_and_candidate) {
  MainWindow window;
  fill(window, Content::two);
  const auto* current = window.session().current();
  const auto* baseline = window.session().baseline();
  window.swapReports();
  EXPECT_EQ(window.session().current(), baseline);
  EXPECT_EQ(window.session().baseline(), current);
}

TEST(MainWindow, views_follow_when_other_reports_are_opened) {
  MainWindow window;
  window.QWidget::show();
  for (const auto content :
       {Content::two, Content::one, Content::all_missing, Content::no_runs, Content::two}) {
    fill(window, content);
    for (const auto* info : all_views()) {
      window.showView(info->id);
      window.grab();
    }
  }
  SUCCEED();
}

TEST(Session, choosing_a_row_of_the_kernel_table_selects_the_kernel) {
  MainWindow window;
  fill(window, Content::one);
  window.showView("kernels");
  window.QWidget::show();
  const auto panes = window.findChildren<TablePane*>();
  const auto at =
      std::find_if(panes.begin(), panes.end(), [](const TablePane* pane) { return pane->filterBox(); });
  ASSERT_NE(at, panes.end());
  auto* table = *at;
  table->view().setCurrentIndex(table->view().model()->index(3, 0));
  EXPECT_EQ(window.session().selectedRun(), "mandelbrot/serial");
  EXPECT_EQ(window.session().selectedRegion(), "rows");
}

TEST(Theme, every_colour_of_words_can_be_read_on_light_and_dark) {
  for (const auto& palette : {theme::lightPalette(), theme::darkPalette()}) {
    const auto base = palette.color(QPalette::Base);
    for (const auto verdict : {Verdict::improved, Verdict::unchanged, Verdict::regressed, Verdict::undecided})
      EXPECT_GE(theme::contrast(theme::verdictColour(verdict, palette), base), 4.5);
    for (const auto severity : {Severity::info, Severity::advice, Severity::warning})
      EXPECT_GE(theme::contrast(theme::severityColour(severity, palette), base), 4.5);
    EXPECT_GE(theme::contrast(theme::muted(palette), base), 4.5);
  }
}

TEST(Theme, names_on_bars_can_be_read) {
  for (int i = 0; i < 21; ++i)
    EXPECT_GE(theme::contrast(theme::textOn(theme::categorical(i)), theme::categorical(i)), 4.5) << i;
}

TEST(Theme, contrast_follows_its_definition) {
  EXPECT_NEAR(theme::contrast(Qt::black, Qt::white), 21, 1e-9);
  EXPECT_NEAR(theme::contrast(QColor(0x77, 0x77, 0x77), Qt::white), 4.48, 0.01);  // a well-known pair
}

}  // namespace
}  // namespace hpct
