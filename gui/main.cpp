// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <QFontDatabase>
#include <cstdio>

#include "gui/arguments.h"
#include "gui/main_window.h"
#include "gui/qt_messages.h"
#include "gui/screenshot.h"
#include "gui/theme.h"

namespace hpct {
namespace {

constexpr int kUsage = 2;

int complain(const Error& error) {
  std::fprintf(stderr, "hpct-gui: %s%s%s%s\n", error.message.c_str(), error.hint.empty() ? "" : " (",
               error.hint.c_str(), error.hint.empty() ? "" : ")");
  return kUsage;
}

QStringList view_ids() {
  QStringList ids;
  for (const auto* info : all_views()) ids << QLatin1String(info->id);
  return ids;
}

void apply_theme(const QString& name) {
  if (name == QLatin1String("light")) QApplication::setPalette(theme::lightPalette());
  if (name == QLatin1String("dark")) QApplication::setPalette(theme::darkPalette());
}

/// Pictures are looked at on other screens, whose pixels may have another order of colours.
void smooth_text_without_colours() {
  auto font = QApplication::font();
  font.setStyleStrategy(QFont::NoSubpixelAntialias);
  QApplication::setFont(font);
}

int take_screenshot(MainWindow& window, const Arguments& arguments) {
  if (const auto refusal = window.refusalOf(arguments.view); !arguments.view.isEmpty() && !refusal.isEmpty())
    return complain({ErrorCode::usage, "the view '" + arguments.view.toStdString() + "' has nothing to show",
                     refusal.toStdString()});
  window.show();
  QApplication::processEvents();
  const auto saved = save_png(window, arguments.screenshot);
  return saved ? 0 : complain(saved.error());
}

int run(const Arguments& arguments) {
  if (QFontDatabase::families().isEmpty())
    return complain({ErrorCode::not_supported, "there is no font on this system, so no text could be shown",
                     "install one, for example the package fonts-dejavu-core"});
  apply_theme(arguments.theme);
  if (!arguments.screenshot.isEmpty()) smooth_text_without_colours();
  MainWindow window;
  window.resize(arguments.size);
  if (auto opened = window.open(arguments.files); !opened) return complain(opened.error());
  if (!arguments.view.isEmpty()) window.showView(arguments.view);
  if (!arguments.screenshot.isEmpty()) return take_screenshot(window, arguments);
  window.show();
  return QApplication::exec();
}

QStringList raw_arguments(int argc, char** argv) {
  QStringList list;
  for (int i = 0; i < argc; ++i) list << QString::fromLocal8Bit(argv[i]);
  return list;
}

}  // namespace
}  // namespace hpct

int main(int argc, char** argv) {
  using namespace hpct;
  install_message_filter();
  if (const auto problem = prepare_platform(raw_arguments(argc, argv)); !problem.isEmpty())
    return complain({ErrorCode::not_supported, problem.toStdString(), {}});
  const QApplication app(argc, argv);
  QApplication::setApplicationName(QStringLiteral("hpct-gui"));
  const auto arguments = parse_arguments(QApplication::arguments(), view_ids());
  if (!arguments) return complain(arguments.error());
  if (!arguments->text.isEmpty()) {
    std::fputs(arguments->text.toLocal8Bit().constData(), stdout);
    return 0;
  }
  return run(*arguments);
}
