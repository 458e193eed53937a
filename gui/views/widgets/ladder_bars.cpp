// SPDX-License-Identifier: Apache-2.0
#include "gui/views/widgets/ladder_bars.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "gui/theme.h"

namespace hpct {
namespace {

constexpr int kRowHeight = 24;
constexpr int kGap = 14;

/// Where the columns are, for the width of the widget and of its texts.
struct Layout {
  QRectF name, time, step, speedup, share, bound;
};

int widest(const QFontMetrics& metrics, const std::vector<LadderRow>& rows, QString LadderRow::*text,
           const QString& heading) {
  int width = metrics.horizontalAdvance(heading);
  for (const auto& row : rows) width = std::max(width, metrics.horizontalAdvance(row.*text));
  return width;
}

Layout layout_of(const QFontMetrics& metrics, const std::vector<LadderRow>& rows, int width) {
  Layout layout;
  double x = 0;
  const auto column = [&](int columnWidth) {
    const QRectF area(x, 0, columnWidth, kRowHeight);
    x += columnWidth + kGap;
    return area;
  };
  layout.name = column(widest(metrics, rows, &LadderRow::name, QObject::tr("Variant")));
  layout.time = column(widest(metrics, rows, &LadderRow::time, QObject::tr("Time")));
  layout.step = column(widest(metrics, rows, &LadderRow::step, QObject::tr("Step")));
  const int bound = widest(metrics, rows, &LadderRow::bound, QObject::tr("Bound by"));
  const int bars = std::max(100, width - static_cast<int>(x) - bound - 2 * kGap);
  layout.speedup = column(bars * 11 / 20);
  layout.share = column(bars * 9 / 20);
  layout.bound = column(bound);
  return layout;
}

/// A bar from the left of `area`; hollow ones stand for numbers that rest on a formula.
void draw_bar(QPainter& painter, const QRectF& area, double part, const QColor& colour, bool hollow) {
  const QRectF bar(area.left(), area.top() + 4, std::max(1.0, area.width() * std::clamp(part, 0.0, 1.0)),
                   area.height() - 8);
  painter.setPen(QPen(colour, 1.5));
  auto fill = colour;
  fill.setAlphaF(hollow ? 0.15F : 0.75F);
  painter.setBrush(fill);
  painter.drawRect(bar);
}

/// Behind the bar where there is room, else inside its end; from the left of a bar that is too short for
/// that.
void draw_label(QPainter& painter, const QRectF& area, double part, const QString& text, const QColor& ink) {
  const double end = area.left() + area.width() * std::clamp(part, 0.0, 1.0);
  const double wide = painter.fontMetrics().horizontalAdvance(text);
  const bool outside = end + 6 + wide <= area.right();
  painter.setPen(ink);
  const double inside = std::max(end - 6 - wide, area.left() + 6);
  painter.drawText(QRectF(outside ? end + 6 : inside, area.top(), wide + 1, area.height()), Qt::AlignVCenter,
                   text);
}

double log_part(double speedup, double top) {
  return top <= 1 ? 1 : std::log(std::max(1.0, speedup)) / std::log(top);
}

double top_of(const std::vector<LadderRow>& rows) {
  double top = 1;
  for (const auto& row : rows) top = std::max(top, row.speedup.value_or(1));
  return top * 1.05;
}

void draw_headings(QPainter& painter, const Layout& layout, const QColor& ink) {
  painter.setPen(ink);
  const auto head = [&](const QRectF& area, const QString& text, int align) {
    painter.drawText(area, align | Qt::AlignVCenter, text);
  };
  head(layout.name, QObject::tr("Variant"), Qt::AlignLeft);
  head(layout.time, QObject::tr("Time"), Qt::AlignRight);
  head(layout.step, QObject::tr("Step"), Qt::AlignRight);
  head(layout.speedup, QObject::tr("Speed-up to the first (logarithmic)"), Qt::AlignLeft);
  head(layout.share, QObject::tr("Share of its roof"), Qt::AlignLeft);
  head(layout.bound, QObject::tr("Bound by"), Qt::AlignLeft);
}

void draw_row(QPainter& painter, const Layout& layout, const LadderRow& row, double top,
              const QPalette& palette) {
  const auto ink = palette.color(QPalette::Text);
  const auto base = palette.color(QPalette::Base);
  const auto muted = theme::muted(palette);
  painter.setPen(row.aside ? muted : ink);
  painter.drawText(layout.name, Qt::AlignLeft | Qt::AlignVCenter, row.name);
  painter.drawText(layout.time, Qt::AlignRight | Qt::AlignVCenter, row.time);
  painter.drawText(layout.step, Qt::AlignRight | Qt::AlignVCenter, row.step);
  painter.drawText(layout.bound, Qt::AlignLeft | Qt::AlignVCenter, row.bound);
  if (row.speedup) {
    const auto colour = row.aside ? muted : theme::readable(theme::categorical(0), base);
    const double part = log_part(*row.speedup, top);
    draw_bar(painter, layout.speedup, part, colour, row.aside);
    draw_label(painter, layout.speedup, part, row.total, ink);
  }
  if (row.roofShare)
    draw_bar(painter, layout.share, *row.roofShare, theme::readable(theme::categorical(1), base),
             row.modelled);
  draw_label(painter, layout.share, row.roofShare.value_or(0), row.share, row.roofShare ? ink : muted);
}

}  // namespace

LadderBars::LadderBars(std::vector<LadderRow> rows, QWidget* parent)
    : QWidget(parent), rows_(std::move(rows)) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize LadderBars::sizeHint() const { return {900, (static_cast<int>(rows_.size()) + 1) * kRowHeight}; }

void LadderBars::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const auto layout = layout_of(fontMetrics(), rows_, width());
  draw_headings(painter, layout, theme::muted(palette()));
  const double top = top_of(rows_);
  for (const auto& row : rows_) {
    painter.translate(0, kRowHeight);
    draw_row(painter, layout, row, top, palette());
  }
}

}  // namespace hpct
