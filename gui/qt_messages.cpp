// SPDX-License-Identifier: Apache-2.0
#include "gui/qt_messages.h"

#include <cstdio>
#include <cstdlib>

namespace hpct {
namespace {

constexpr int kUsage = 2;

void write_line(const QString& text) {
  std::fprintf(stderr, "hpct-gui: %s\n", text.simplified().toUtf8().constData());
}

void handle(QtMsgType type, const QMessageLogContext&, const QString& message) {
  if (is_noise(message)) return;
  if (type != QtFatalMsg) return write_line(message);
  if (message.contains(QLatin1String("platform plugin"))) {
    write_line(
        QStringLiteral("no window can be opened on this display (use --screenshot FILE.png without one)"));
    std::fflush(stderr);
    std::_Exit(kUsage);
  }
  write_line(message);  // Qt aborts after this
}

bool wants_no_window(const QStringList& arguments) {
  for (const auto& argument : arguments)
    for (const auto* name : {"screenshot", "help", "version", "h", "v", "help-all"})
      if (argument == QLatin1String("--") + QLatin1String(name) ||
          argument == QLatin1String("-") + QLatin1String(name) ||
          argument.startsWith(QLatin1String("--") + QLatin1String(name) + QLatin1Char('=')))
        return true;
  return false;
}

}  // namespace

bool is_noise(const QString& message) {
  for (const auto* known : {"XDG_RUNTIME_DIR", "propagateSizeHints", "could not connect to display",
                            "Could not load the Qt platform plugin", "Failed to create wl_display"})
    if (message.contains(QLatin1String(known))) return true;
  return false;
}

void install_message_filter() { qInstallMessageHandler(handle); }

QString prepare_platform(const QStringList& arguments) {
  if (!qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") || arguments.contains(QLatin1String("-platform")))
    return {};
  if (wants_no_window(arguments)) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return {};
  }
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
  if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
    return QStringLiteral("there is no display (use --screenshot FILE.png without one)");
#endif
  return {};
}

}  // namespace hpct
