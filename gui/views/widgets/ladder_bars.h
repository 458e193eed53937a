// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

#include "gui/models/ladder_rows.h"

namespace hpct {

/// The rungs of one ladder below each other: the speed-up to the first as a bar on a logarithmic axis, the
/// share of the roof as a bar of 0 to 100 %, and beside them time, step and what bounds the rung.
class LadderBars : public QWidget {
 public:
  explicit LadderBars(std::vector<LadderRow> rows, QWidget* parent = nullptr);

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return {640, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<LadderRow> rows_;
};

}  // namespace hpct
