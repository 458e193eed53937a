// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include "gui/views/roofline_plot.h"
#include "gui/views/widgets/timeline_canvas.h"
#include "tests/gui/gui_environment.h"
#include "tests/gui/sample_session.h"

namespace hpct {
namespace {

class Canvas : public ::testing::Test {
 protected:
  void SetUp() override {
    canvas_.resize(1000, 300);
    canvas_.setTimeline(&timeline_);
    canvas_.show();
  }

  Timeline timeline_ = sample::timeline("w", "v", 2, 500);
  TimelineCanvas canvas_;
};

TEST_F(Canvas, starts_with_everything_in_view) {
  EXPECT_DOUBLE_EQ(canvas_.window().span(), canvas_.window().total());
}

TEST_F(Canvas, zooms_in_and_out_by_keyboard) {
  const double all = canvas_.window().span();
  QTest::keyClick(&canvas_, Qt::Key_W);
  const double closer = canvas_.window().span();
  EXPECT_LT(closer, all);
  QTest::keyClick(&canvas_, Qt::Key_S);
  EXPECT_NEAR(canvas_.window().span(), all, 1);
}

TEST_F(Canvas, pans_by_keyboard_and_f_shows_all_again) {
  for (int i = 0; i < 4; ++i) QTest::keyClick(&canvas_, Qt::Key_Plus);
  const double begin = canvas_.window().begin();
  QTest::keyClick(&canvas_, Qt::Key_Right);
  EXPECT_GT(canvas_.window().begin(), begin);
  QTest::keyClick(&canvas_, Qt::Key_F);
  EXPECT_DOUBLE_EQ(canvas_.window().span(), canvas_.window().total());
}

TEST_F(Canvas, the_wheel_zooms_at_the_mouse) {
  const QPointF place(700, 60);
  QWheelEvent event(place, canvas_.mapToGlobal(place), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                    Qt::NoScrollPhase, false);
  const double lanes = canvas_.viewport()->width() - 120.0;
  const double fixed = (700 - 120) / lanes * canvas_.window().span();
  QApplication::sendEvent(canvas_.viewport(), &event);
  EXPECT_LT(canvas_.window().span(), canvas_.window().total());
  EXPECT_NEAR(canvas_.window().begin() + (700 - 120) / lanes * canvas_.window().span(), fixed, 10);
}

TEST_F(Canvas, clicking_an_event_reports_its_name) {
  const QSignalSpy spy(&canvas_, &TimelineCanvas::eventClicked);
  QTest::mouseClick(canvas_.viewport(), Qt::LeftButton, {}, QPoint(500, 40));  // the outer lane of thread 0
  ASSERT_EQ(spy.size(), 1);
  EXPECT_EQ(spy[0][0].toString(), "decode");
}

TEST_F(Canvas, the_mouse_over_an_event_reads_its_name_duration_and_start) {
  const QSignalSpy spy(&canvas_, &TimelineCanvas::readoutChanged);
  QTest::mouseMove(canvas_.viewport(), QPoint(500, 40));
  QMouseEvent move(QEvent::MouseMove, QPointF(500, 40), canvas_.viewport()->mapToGlobal(QPointF(500, 40)),
                   Qt::NoButton, Qt::NoButton, Qt::NoModifier);
  QApplication::sendEvent(canvas_.viewport(), &move);
  ASSERT_FALSE(spy.isEmpty());
  EXPECT_TRUE(spy.last()[0].toString().startsWith("decode: "));
}

TEST(Plot, clicking_a_dot_reports_its_kernel) {
  const auto analysis = sample::analysed(sample::report());
  auto chart = roofline_chart(*analysis, nullptr, nullptr, {2, {}, {}});
  const auto dot = chart.dots.front();
  RooflinePlot plot;
  plot.resize(900, 600);
  plot.setChart(std::move(chart));
  plot.show();
  plot.grab();
  const QSignalSpy spy(&plot, &RooflinePlot::dotClicked);
  const auto place = plot.pixelOf(dot.x, dot.y).toPoint();
  auto* surface = plot.childAt(place);
  QTest::mouseClick(surface, Qt::LeftButton, {}, surface->mapFrom(&plot, place));
  ASSERT_EQ(spy.size(), 1);
  EXPECT_EQ(spy[0][0].toString(), dot.run);
}

TEST(Plot, keys_zoom_no_closer_than_a_decade_and_f_shows_all) {
  RooflinePlot plot;
  plot.resize(900, 600);
  plot.setChart(roofline_chart(*sample::analysed(sample::report()), nullptr, nullptr, {2, {}, {}}));
  plot.show();
  plot.grab();
  const auto all = plot.frame();
  for (int i = 0; i < 40; ++i) QTest::keyClick(&plot, Qt::Key_W);
  EXPECT_NEAR(plot.frame().x_high / plot.frame().x_low, 10, 1e-6);
  QTest::keyClick(&plot, Qt::Key_F);
  EXPECT_DOUBLE_EQ(plot.frame().x_high, all.x_high);
}

}  // namespace
}  // namespace hpct
