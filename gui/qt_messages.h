// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace hpct {

/// True for lines that Qt writes on healthy machines and that tell a user nothing: a missing
/// XDG_RUNTIME_DIR, size hints on the offscreen platform.
bool is_noise(const QString& message);

/// Sends Qt's own messages to stderr as "hpct-gui: ..." lines without the noise. When Qt gives up for want of
/// a display or a platform plugin, one line says so and the program exits with 2 instead of aborting.
void install_message_filter();

/// Chooses the offscreen platform for a screenshot when nobody chose one. Empty when a platform is at hand,
/// else the reason why no window can be opened. Looks at the environment and the raw arguments only: it must
/// run before QApplication.
QString prepare_platform(const QStringList& arguments);

}  // namespace hpct
