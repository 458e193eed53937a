// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QWidget>
#include <span>

#include "gui/session.h"

namespace hpct {

/// The registry entry: one tab of the window, listed in gui/CMakeLists.txt.
struct ViewInfo {
  const char* id;  ///< for --view and shortcuts: "roofline"
  const char* title;
  const char* no_report;  ///< the sentence that its greyed tab explains itself with while no report is open
  QWidget* (*create)(Session& session, QWidget* parent);
  /// The same of a session with a report: empty when the view can show it. Null: it can show any.
  QString (*refusal)(const Session& session) = nullptr;
};

std::span<const ViewInfo* const> all_views();

/// Empty when the view can show this session, else why not.
inline QString refusal_of(const ViewInfo& view, const Session& session) {
  if (!session.current()) return QObject::tr(view.no_report);
  return view.refusal == nullptr ? QString() : view.refusal(session);
}

/// What most views have as ViewInfo::create.
template <class View>
QWidget* create_view(Session& session, QWidget* parent) {
  return new View(session, parent);
}

}  // namespace hpct
