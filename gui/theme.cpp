// SPDX-License-Identifier: Apache-2.0
#include "gui/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hpct::theme {
namespace {

// Okabe & Ito, "Color Universal Design" (2008), without black, which is the text's.
constexpr std::array<QRgb, 7> kOkabeIto{0xff0072b2, 0xffe69f00, 0xff009e73, 0xffcc79a7,
                                        0xff56b4e9, 0xffd55e00, 0xfff0e442};

double linear(double channel) {
  return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& colour) {
  return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

QColor mix(const QColor& a, const QColor& b, double share) {
  const auto channel = [share](float x, float y) { return static_cast<float>(x * (1 - share) + y * share); };
  return QColor::fromRgbF(channel(a.redF(), b.redF()), channel(a.greenF(), b.greenF()),
                          channel(a.blueF(), b.blueF()));
}

QPalette palette_of(const QColor& text, const QColor& base, const QColor& window, const QColor& button) {
  QPalette palette;
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
    palette.setColor(role, text);
  palette.setColor(QPalette::Base, base);
  palette.setColor(QPalette::AlternateBase, mix(base, window, 0.6));
  palette.setColor(QPalette::ToolTipBase, base);
  palette.setColor(QPalette::Window, window);
  palette.setColor(QPalette::Button, button);
  palette.setColor(QPalette::Light, mix(button, Qt::white, 0.15));
  palette.setColor(QPalette::Mid, mix(button, Qt::black, 0.25));
  palette.setColor(QPalette::Dark, mix(button, Qt::black, 0.4));
  palette.setColor(QPalette::Highlight, QColor(0, 0x72, 0xb2));
  palette.setColor(QPalette::HighlightedText, Qt::white);
  palette.setColor(QPalette::PlaceholderText, mix(text, base, 0.35));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, mix(text, window, 0.45));
  return palette;
}

}  // namespace

double contrast(const QColor& a, const QColor& b) {
  const double first = luminance(a) + 0.05;
  const double second = luminance(b) + 0.05;
  return std::max(first, second) / std::min(first, second);
}

QColor readable(QColor colour, const QColor& background) {
  constexpr double kReadable = 4.5;
  const QColor towards = textOn(background);
  for (int step = 0; step < 20 && contrast(colour, background) < kReadable; ++step)
    colour = mix(colour, towards, 0.1);
  return contrast(colour, background) < kReadable ? towards : colour;
}

QColor categorical(int i) {
  const auto count = static_cast<int>(kOkabeIto.size());
  const QColor colour(kOkabeIto[static_cast<std::size_t>(i % count)]);
  switch (i / count % 3) {
    case 1:
      return mix(colour, Qt::black, 0.35);
    case 2:
      return mix(colour, Qt::white, 0.45);
    default:
      return colour;
  }
}

QColor textOn(const QColor& fill) {
  return contrast(fill, Qt::black) >= contrast(fill, Qt::white) ? QColor(Qt::black) : QColor(Qt::white);
}

QColor verdictColour(Verdict verdict, const QPalette& palette) {
  const QColor background = palette.color(QPalette::Base);
  switch (verdict) {
    case Verdict::improved:
      return readable(QColor(kOkabeIto[0]), background);
    case Verdict::regressed:
      return readable(QColor(kOkabeIto[5]), background);
    case Verdict::unchanged:
      return readable(QColor(kOkabeIto[2]), background);
    default:
      return muted(palette);
  }
}

QColor severityColour(Severity severity, const QPalette& palette) {
  const QColor background = palette.color(QPalette::Base);
  switch (severity) {
    case Severity::warning:
      return readable(QColor(kOkabeIto[5]), background);
    case Severity::advice:
      return readable(QColor(kOkabeIto[0]), background);
    default:
      return muted(palette);
  }
}

QColor faint(const QPalette& palette) {
  return mix(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.8);
}

QColor muted(const QPalette& palette) {
  const QColor background = palette.color(QPalette::Base);
  return readable(mix(palette.color(QPalette::Text), background, 0.4), background);
}

QPalette lightPalette() { return palette_of(0x1a1a1a, Qt::white, 0xf2f2f2, 0xe8e8e8); }

QPalette darkPalette() { return palette_of(0xececec, 0x1e1e1e, 0x2b2b2b, 0x3a3a3a); }

}  // namespace hpct::theme
