// SPDX-License-Identifier: Apache-2.0
#include "gui/views/roofline_plot.h"

#include <QChart>
#include <QChartView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLogValueAxis>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "gui/theme.h"
#include "gui/views/roofline_marks.h"

namespace hpct {
namespace {

constexpr double kReach = 12;  // pixels around a dot that count as on it

/// Moves [low, high] on a logarithmic axis so that `fixed` stays where it is; never closer than
/// one decade, where the axis would lose its labels, nor wider than 16.
void zoom_axis(double& low, double& high, double factor, double fixed) {
  const double decades = std::log10(high / low);
  const double wanted = std::clamp(decades / factor, 1.0, 16.0);
  const double share = std::log10(fixed / low) / decades;
  const double begin = std::log10(fixed) - share * wanted;
  low = std::pow(10, begin);
  high = std::pow(10, begin + wanted);
}

}  // namespace

/// The chart itself: Qt Charts' axes and grid, our marks over them, and the mouse.
class RooflinePlot::Surface : public QChartView {
 public:
  explicit Surface(RooflinePlot* plot) : QChartView(plot), plot_(plot) {
    chart()->legend()->hide();
    chart()->setMargins({4, 8, 8, 4});
    x_ = addAxis(Qt::AlignBottom, tr("Arithmetic intensity (flop/B)"));
    y_ = addAxis(Qt::AlignLeft, tr("Performance (Gflop/s)"));
    setMouseTracking(true);
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    restyle();
  }

  void show(RooflineChart chart) {
    chart_ = std::move(chart);
    setFrame(chart_.frame);
  }

  void setFrame(const ChartFrame& frame) {
    frame_ = frame;
    x_->setRange(frame.x_low, frame.x_high);
    y_->setRange(frame.y_low, frame.y_high);
    scene()->update();
  }

  void select(const QString& run, const QString& region) {
    run_ = run;
    region_ = region;
    scene()->update();
  }

  void zoom(double factor, QPointF about) {
    const auto area = chart()->plotArea();
    auto frame = frame_;
    const double x = (about.x() - area.left()) / area.width();
    const double y = (area.bottom() - about.y()) / area.height();
    zoom_axis(frame.x_low, frame.x_high, factor, frame.x_low * std::pow(frame.x_high / frame.x_low, x));
    zoom_axis(frame.y_low, frame.y_high, factor, frame.y_low * std::pow(frame.y_high / frame.y_low, y));
    setFrame(frame);
  }

  void pan(double x_share, double y_share) {
    auto frame = frame_;
    const double x = std::pow(frame.x_high / frame.x_low, x_share);
    const double y = std::pow(frame.y_high / frame.y_low, y_share);
    setFrame({frame.x_low * x, frame.x_high * x, frame.y_low * y, frame.y_high * y});
  }

  [[nodiscard]] RooflineMarks marks() const { return {chart_, frame_, chart()->plotArea(), palette()}; }
  [[nodiscard]] const ChartFrame& frame() const { return frame_; }
  [[nodiscard]] const RooflineChart& content() const { return chart_; }

  void restyle() {
    const auto text = palette().color(QPalette::Text);
    chart()->setBackgroundBrush(palette().color(QPalette::Base));
    chart()->setBackgroundRoundness(0);
    chart()->setBackgroundPen(Qt::NoPen);
    for (auto* axis : {x_, y_}) {
      axis->setLabelsColor(text);
      axis->setTitleBrush(text);
      axis->setLinePen(QPen(theme::muted(palette())));
      axis->setGridLinePen(QPen(theme::faint(palette()), 1));
      auto minor = theme::faint(palette());
      minor.setAlphaF(0.45F);
      axis->setMinorGridLinePen(QPen(minor, 1));
    }
  }

 protected:
  void drawForeground(QPainter* painter, const QRectF&) override {
    painter->setFont(font());
    marks().paintMinorLabels(*painter);
    marks().paint(*painter, run_, region_);
  }

  void mousePressEvent(QMouseEvent* event) override {
    plot_->setFocus();
    last_ = event->pos();
    if (const auto* dot = marks().dotAt(event->pos(), kReach)) emit plot_->dotClicked(dot->run, dot->region);
  }

  void mouseMoveEvent(QMouseEvent* event) override {
    const auto area = chart()->plotArea();
    if (event->buttons() & Qt::LeftButton) {
      const auto moved = event->pos() - last_;
      last_ = event->pos();
      return pan(-moved.x() / area.width(), moved.y() / area.height());
    }
    const auto* dot = marks().dotAt(event->pos(), kReach);
    setCursor(dot ? Qt::PointingHandCursor : Qt::ArrowCursor);
    emit plot_->readoutChanged(dot ? QString(dot->tip).replace(QLatin1Char('\n'), QStringLiteral(", "))
                                   : QString());
  }

  void mouseDoubleClickEvent(QMouseEvent*) override { setFrame(chart_.frame); }

  void wheelEvent(QWheelEvent* event) override {
    zoom(std::pow(1.15, event->angleDelta().y() / 120.0), event->position());
    event->accept();
  }

  bool viewportEvent(QEvent* event) override {
    if (event->type() != QEvent::ToolTip) return QChartView::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto* dot = marks().dotAt(help->pos(), kReach);
    QToolTip::showText(help->globalPos(), dot ? dot->tip : QString(), this);
    return true;
  }

 private:
  QLogValueAxis* addAxis(Qt::AlignmentFlag side, const QString& title) {
    auto* axis = new QLogValueAxis;
    axis->setBase(10);
    axis->setMinorTickCount(8);
    axis->setLabelFormat(QStringLiteral("%g"));
    axis->setTitleText(title);
    chart()->addAxis(axis, side);
    return axis;
  }

  RooflinePlot* plot_;
  QLogValueAxis* x_ = nullptr;
  QLogValueAxis* y_ = nullptr;
  RooflineChart chart_;
  ChartFrame frame_;
  QString run_;
  QString region_;
  QPoint last_;
};

RooflinePlot::RooflinePlot(QWidget* parent) : QWidget(parent), surface_(new Surface(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(surface_);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Roofline chart; the tab Kernels has the same numbers as a table"));
}

RooflinePlot::~RooflinePlot() = default;

void RooflinePlot::setChart(RooflineChart chart) { surface_->show(std::move(chart)); }
void RooflinePlot::setSelection(const QString& run, const QString& region) { surface_->select(run, region); }
void RooflinePlot::fit() { surface_->setFrame(surface_->content().frame); }
void RooflinePlot::zoom(double factor, QPointF about) { surface_->zoom(factor, about); }
const ChartFrame& RooflinePlot::frame() const { return surface_->frame(); }
QPointF RooflinePlot::pixelOf(double x, double y) const { return surface_->marks().at(x, y); }

std::vector<QString> RooflinePlot::workloadsOf(const RooflineChart& chart) {
  std::vector<QString> workloads;
  for (const auto& dot : chart.dots)
    if (std::find(workloads.begin(), workloads.end(), dot.workload) == workloads.end())
      workloads.push_back(dot.workload);
  return workloads;
}

void RooflinePlot::keyPressEvent(QKeyEvent* event) {
  constexpr double kPan = 0.1;
  const QPointF middle = rect().center();
  switch (event->key()) {
    case Qt::Key_W:
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoom(1.3, middle);
    case Qt::Key_S:
    case Qt::Key_Minus:
      return zoom(1 / 1.3, middle);
    case Qt::Key_A:
    case Qt::Key_Left:
      return surface_->pan(-kPan, 0);
    case Qt::Key_D:
    case Qt::Key_Right:
      return surface_->pan(kPan, 0);
    case Qt::Key_Up:
      return surface_->pan(0, kPan);
    case Qt::Key_Down:
      return surface_->pan(0, -kPan);
    case Qt::Key_F:
    case Qt::Key_Home:
      return fit();
    default:
      QWidget::keyPressEvent(event);
  }
}

void RooflinePlot::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) surface_->restyle();
  QWidget::changeEvent(event);
}

}  // namespace hpct
