// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/progress.h>

#include <cstdint>
#include <string>

#include "analyzer/render.h"
#include "collector/runner.h"

namespace hpct {

/// Prints to stdout and checks that it arrived: a full disk or closed pipe is an error, not silence.
Expected<void> print(const std::string& text);

/// `text` with its long lines broken to `width`, each continued under the column its words began in.
std::string fitted(const std::string& text, int width);

/// Width and colour for stdout: colour only on a terminal, never with NO_COLOR.
RenderOptions render_options();

/// A line on stderr that is redrawn in place on a terminal; elsewhere only its milestones appear.
class LiveLine final : public Progress, public RunnerObserver {
 public:
  explicit LiveLine(bool quiet = false);
  ~LiveLine() override;
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  void update(std::string_view what, double done, double total) override;
  void measured(const RunnerStatus& status) override;
  void clear();

 private:
  void draw(const std::string& text);

  bool terminal_;
  bool quiet_;
  bool drawn_ = false;
  std::string milestone_;
  std::int64_t last_ns_ = 0;
};

}  // namespace hpct
