// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace hpct {

/// What the window shows before there is a report: how to get one in.
class StartPage : public QWidget {
  Q_OBJECT

 public:
  explicit StartPage(QWidget* parent = nullptr);

 signals:
  void openRequested();
  void compareRequested();
};

}  // namespace hpct
