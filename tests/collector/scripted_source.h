// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collector/counter_source.h"

namespace hpct {

/// A counter source that reads what the test wrote down: one Readings per repetition, the last one again
/// when the script is over. It also checks how it is used.
class ScriptedSource final : public CounterSource {
 public:
  explicit ScriptedSource(std::deque<Readings> script) : script_(std::move(script)) {}

  void start() noexcept override { counting_ = true; }
  void stop() noexcept override {
    if (counting_) ++framed_;
    counting_ = false;
  }
  Readings read() override {
    auto now = script_.front();
    if (script_.size() > 1) script_.pop_front();
    return now;
  }

  [[nodiscard]] bool counting() const { return counting_; }
  [[nodiscard]] int framed() const { return framed_; }  ///< complete start..stop pairs

 private:
  std::deque<Readings> script_;
  bool counting_ = false;
  int framed_ = 0;
};

inline Readings reading(const std::string& name, double number, Provenance provenance = Provenance::counted) {
  return {{name, Value::of(number, "1", provenance)}};
}

inline Readings missing_reading(const std::string& name, MissingReason reason, std::string detail) {
  return {{name, Value::missing("1", reason, std::move(detail))}};
}

}  // namespace hpct
