// SPDX-License-Identifier: Apache-2.0
#include "gui/screenshot.h"

#include <QImage>
#include <QPixmap>
#include <QSaveFile>

namespace hpct {
namespace {

constexpr int kSmallest = 0;  // Qt's "quality" of a PNG is how little it is compressed

}  // namespace

Expected<void> save_png(QWidget& widget, const QString& file) {
  const auto failure = [&file](const QString& why) {
    return fail(ErrorCode::io, QStringLiteral("cannot write %1: %2").arg(file, why).toStdString(),
                "choose another file or folder");
  };
  QSaveFile out(file);
  if (!out.open(QIODevice::WriteOnly)) return failure(out.errorString());
  const auto picture = widget.grab().toImage().convertToFormat(QImage::Format_RGB888);  // a window is opaque
  if (!picture.save(&out, "PNG", kSmallest))
    return failure(QStringLiteral("the picture could not be encoded"));
  if (!out.commit()) return failure(out.errorString());
  return {};
}

}  // namespace hpct
