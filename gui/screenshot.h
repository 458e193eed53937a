// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>

#include <QString>
#include <QWidget>

namespace hpct {

/// What the widget looks like, as a PNG. `io` with the system's reason when the file cannot be written;
/// a file that was there before is then untouched.
Expected<void> save_png(QWidget& widget, const QString& file);

}  // namespace hpct
