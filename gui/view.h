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
  /// Empty when the view can show this session, else the sentence a greyed tab explains itself with.
  QString (*refusal)(const Session& session);
  QWidget* (*create)(Session& session, QWidget* parent);
};

std::span<const ViewInfo* const> all_views();

}  // namespace hpct
