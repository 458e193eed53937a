// SPDX-License-Identifier: Apache-2.0
#include "gui/screenshot.h"

#include <QImage>
#include <QPixmap>
#include <QSaveFile>
#include <QSet>

namespace hpct {
namespace {

constexpr int kSmallest = 0;  // Qt's "quality" of a PNG is how little it is compressed
constexpr int kPalette = 256;

bool fits_a_palette(const QImage& picture) {
  QSet<QRgb> colours;
  for (int y = 0; y < picture.height() && colours.size() <= kPalette; ++y)
    for (int x = 0; x < picture.width(); ++x) colours.insert(picture.pixel(x, y));
  return colours.size() <= kPalette;
}

/// Sets bits that nobody sees, so that the edges of text have fewer shades; white stays white.
QImage with_bits(QImage picture, QRgb bits) {
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x) picture.setPixel(x, y, picture.pixel(x, y) | bits);
  return picture;
}

/// The picture ready to become a small file: windows are opaque and mostly have few colours.
QImage compact(const QImage& picture) {
  const auto opaque = picture.convertToFormat(QImage::Format_RGB32);
  for (const QRgb bits : {0x000000U, 0x010101U, 0x030303U, 0x070707U})
    if (const auto candidate = with_bits(opaque, bits); fits_a_palette(candidate))
      return candidate.convertToFormat(QImage::Format_Indexed8);
  return opaque.convertToFormat(QImage::Format_RGB888);
}

}  // namespace

Expected<void> save_png(QWidget& widget, const QString& file) {
  const auto failure = [&file](const QString& why) {
    return fail(ErrorCode::io, QStringLiteral("cannot write %1: %2").arg(file, why).toStdString(),
                "choose another file or folder");
  };
  QSaveFile out(file);
  if (!out.open(QIODevice::WriteOnly)) return failure(out.errorString());
  if (!compact(widget.grab().toImage()).save(&out, "PNG", kSmallest))
    return failure(QStringLiteral("the picture could not be encoded"));
  if (!out.commit()) return failure(out.errorString());
  return {};
}

}  // namespace hpct
