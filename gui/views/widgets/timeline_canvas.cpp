// SPDX-License-Identifier: Apache-2.0
#include "gui/views/widgets/timeline_canvas.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>
#include <cmath>

#include "gui/models/axis_ticks.h"
#include "gui/models/value_text.h"
#include "gui/theme.h"
#include "reports/unit.h"

namespace hpct {
namespace {

double total_of(const std::vector<TimelineLane>& lanes) {
  std::int64_t total = 1;
  for (const auto& lane : lanes)
    if (lane.size() > 0) total = std::max(total, lane.end(lane.size() - 1));
  return static_cast<double>(total);
}

QString seconds_text(double ns) { return to_qstring(format_quantity(ns / 1e9, "s")); }

}  // namespace

TimelineCanvas::TimelineCanvas(QWidget* parent) : QAbstractScrollArea(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  viewport()->setMouseTracking(true);
  viewport()->setAutoFillBackground(true);
  viewport()->setBackgroundRole(QPalette::Base);
  setAccessibleName(tr("Timeline of the run's regions, one lane per thread and depth"));
}

QColor TimelineCanvas::colourOf(std::uint32_t name) { return theme::categorical(static_cast<int>(name)); }

void TimelineCanvas::setTimeline(const Timeline* timeline) {
  timeline_ = timeline;
  lanes_.clear();
  if (timeline)
    for (const auto& track : timeline->tracks) lanes_.emplace_back(track);
  std::stable_sort(lanes_.begin(), lanes_.end(), [](const TimelineLane& a, const TimelineLane& b) {
    const auto key = [](const TimelineTrack& t) { return std::tuple(t.node, t.rank, t.thread, t.depth); };
    return key(a.track()) < key(b.track());
  });
  window_ = TimeWindow(total_of(lanes_));
  pale_.clear();
  updateScrollBar();
  windowChanged();
}

void TimelineCanvas::setHighlight(const QString& name) {
  pale_.clear();
  if (timeline_ && !name.isEmpty())
    for (const auto& other : timeline_->names) pale_.push_back(to_qstring(other) != name);
  if (std::find(pale_.begin(), pale_.end(), false) == pale_.end()) pale_.clear();
  viewport()->update();
}

void TimelineCanvas::fit() {
  window_.fit();
  windowChanged();
}

void TimelineCanvas::zoom(double factor) {
  const auto lanes = lanesRect();
  const double x = cursor_ && lanes.contains(*cursor_) ? cursor_->x() : lanes.center().x();
  window_.zoom(factor, timeAt(x));
  windowChanged();
}

void TimelineCanvas::panBy(double share) {
  window_.pan(share * window_.span());
  windowChanged();
}

void TimelineCanvas::windowChanged() {
  viewport()->update();
  emit readoutChanged(window_.span() < window_.total()
                          ? tr("%1 to %2, %3 of %4 shown")
                                .arg(seconds_text(window_.begin()), seconds_text(window_.end()),
                                     seconds_text(window_.span()), seconds_text(window_.total()))
                          : tr("all %1 shown").arg(seconds_text(window_.total())));
}

QRect TimelineCanvas::lanesRect() const {
  return viewport()->rect().adjusted(kLabelWidth, kAxisHeight, 0, 0);
}

int TimelineCanvas::laneHeight() const {
  const int room = viewport()->height() - kAxisHeight - 8;
  const int lanes = std::max(1, static_cast<int>(lanes_.size()));
  return std::clamp((room - lanes * kThreadGap) / lanes, kLowest, kHighest);
}

int TimelineCanvas::laneTop(std::size_t lane) const {
  int top = kAxisHeight + 4 - verticalScrollBar()->value();
  for (std::size_t i = 0; i < lane; ++i)
    top += laneHeight() + (lanes_[i].track().thread != lanes_[i + 1].track().thread ? kThreadGap : 0);
  return top;
}

void TimelineCanvas::updateScrollBar() {
  const int height =
      lanes_.empty() ? 0 : laneTop(lanes_.size() - 1) + verticalScrollBar()->value() + laneHeight() + 4;
  verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
  verticalScrollBar()->setPageStep(viewport()->height());
  verticalScrollBar()->setSingleStep(laneHeight());
}

double TimelineCanvas::timeAt(double x) const {
  const auto lanes = lanesRect();
  return window_.begin() + (x - lanes.left()) / std::max(1, lanes.width()) * window_.span();
}

QString TimelineCanvas::nameOf(std::uint32_t name) const {
  return name < timeline_->names.size() ? to_qstring(timeline_->names[name]) : QStringLiteral("?");
}

QString TimelineCanvas::laneLabel(std::size_t lane) const {
  const auto& track = lanes_[lane].track();
  if (lane > 0 && lanes_[lane - 1].track().thread == track.thread &&
      lanes_[lane - 1].track().rank == track.rank)
    return tr("depth %1").arg(track.depth);
  const auto thread = tr("thread %1").arg(track.thread);
  return track.rank == 0 ? thread : tr("rank %1 ").arg(track.rank) + thread;
}

std::optional<TimelineCanvas::Hit> TimelineCanvas::hitAt(QPoint position) const {
  if (!lanesRect().contains(position)) return std::nullopt;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const int top = laneTop(i);
    if (position.y() < top || position.y() >= top + laneHeight()) continue;
    const double pixel = window_.span() / std::max(1, lanesRect().width());
    if (const auto event = lanes_[i].eventAt(timeAt(position.x()), 2 * pixel)) return Hit{&lanes_[i], *event};
  }
  return std::nullopt;
}

QString TimelineCanvas::describe(const Hit& hit) const {
  return tr("%1: %2, starts at %3, thread %4")
      .arg(nameOf(hit.lane->name(hit.event)),
           seconds_text(static_cast<double>(hit.lane->duration(hit.event))),
           seconds_text(static_cast<double>(hit.lane->start(hit.event))))
      .arg(hit.lane->track().thread);
}

void TimelineCanvas::resizeEvent(QResizeEvent* event) {
  QAbstractScrollArea::resizeEvent(event);
  updateScrollBar();
}

void TimelineCanvas::wheelEvent(QWheelEvent* event) {
  const double notches = event->angleDelta().y() / 120.0;
  if (event->modifiers() & Qt::ControlModifier) {
    verticalScrollBar()->setValue(verticalScrollBar()->value() -
                                  static_cast<int>(notches * 2 * laneHeight()));
  } else if (event->modifiers() & Qt::ShiftModifier) {
    panBy(-0.1 * notches);
  } else {
    cursor_ = event->position().toPoint();
    zoom(std::pow(1.25, notches));
  }
  event->accept();
}

void TimelineCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  dragFrom_ = event->pos();
  dragged_ = false;
}

void TimelineCanvas::mouseMoveEvent(QMouseEvent* event) {
  cursor_ = event->pos();
  if (dragFrom_) {
    const auto moved = event->pos() - *dragFrom_;
    if (moved.manhattanLength() > 3) dragged_ = true;
    if (dragged_) {
      verticalScrollBar()->setValue(verticalScrollBar()->value() - moved.y());
      dragFrom_ = event->pos();
      panBy(-static_cast<double>(moved.x()) / std::max(1, lanesRect().width()));
    }
  } else if (const auto hit = hitAt(event->pos())) {
    emit readoutChanged(describe(*hit));
  }
  viewport()->update();
}

void TimelineCanvas::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  if (dragFrom_ && !dragged_)
    if (const auto hit = hitAt(event->pos())) emit eventClicked(nameOf(hit->lane->name(hit->event)));
  dragFrom_.reset();
}

void TimelineCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
  const auto hit = hitAt(event->pos());
  if (!hit) return fit();
  const auto start = static_cast<double>(hit->lane->start(hit->event));
  const auto duration = static_cast<double>(hit->lane->duration(hit->event));
  window_.show(start - 0.1 * duration, start + 1.1 * duration);
  windowChanged();
}

void TimelineCanvas::keyPressEvent(QKeyEvent* event) {
  constexpr double kZoom = 1.5;
  constexpr double kPan = 0.15;
  switch (event->key()) {
    case Qt::Key_W:
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoom(kZoom);
    case Qt::Key_S:
    case Qt::Key_Minus:
      return zoom(1 / kZoom);
    case Qt::Key_A:
    case Qt::Key_Left:
      return panBy(-kPan);
    case Qt::Key_D:
    case Qt::Key_Right:
      return panBy(kPan);
    case Qt::Key_F:
    case Qt::Key_Home:
      return fit();
    case Qt::Key_Up:
      return verticalScrollBar()->triggerAction(QScrollBar::SliderSingleStepSub);
    case Qt::Key_Down:
      return verticalScrollBar()->triggerAction(QScrollBar::SliderSingleStepAdd);
    default:
      QAbstractScrollArea::keyPressEvent(event);
  }
}

bool TimelineCanvas::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::Leave) {
    cursor_.reset();
    windowChanged();
  }
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto hit = hitAt(help->pos());
    QToolTip::showText(help->globalPos(), hit ? describe(*hit) : QString(), viewport());
    return true;
  }
  return QAbstractScrollArea::viewportEvent(event);
}

}  // namespace hpct
