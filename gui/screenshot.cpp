// SPDX-License-Identifier: Apache-2.0
#include "gui/screenshot.h"

#include <QPixmap>
#include <QSaveFile>

namespace hpct {

Expected<void> save_png(QWidget& widget, const QString& file) {
  const auto failure = [&file](const QString& why) {
    return fail(ErrorCode::io, QStringLiteral("cannot write %1: %2").arg(file, why).toStdString(),
                "choose another file or folder");
  };
  QSaveFile out(file);
  if (!out.open(QIODevice::WriteOnly)) return failure(out.errorString());
  if (!widget.grab().save(&out, "PNG")) return failure(QStringLiteral("the picture could not be encoded"));
  if (!out.commit()) return failure(out.errorString());
  return {};
}

}  // namespace hpct
