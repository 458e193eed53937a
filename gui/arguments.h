// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>

#include <QSize>
#include <QString>
#include <QStringList>

namespace hpct {

/// What the command line asks for.
struct Arguments {
  QStringList files;   ///< none, the report, or the baseline and then the candidate
  QString view;        ///< id of the view to show first; empty: the first one
  QString screenshot;  ///< PNG to write instead of opening a window
  QString theme;       ///< "light", "dark", or empty for the desktop's
  QSize size{1280, 800};
  QString text;  ///< help or version to print instead of doing anything
};

/// `arguments` with the program's name first, as QCoreApplication::arguments() gives them. An unknown view or
/// option is a usage error that names the nearest one there is. Needs a QCoreApplication.
Expected<Arguments> parse_arguments(const QStringList& arguments, const QStringList& views);

/// The candidate that takes the fewest edits to become `word`; empty when none is near.
QString nearest(const QString& word, const QStringList& candidates);

}  // namespace hpct
