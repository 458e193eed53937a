// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <functional>
#include <string>
#include <vector>

#include "collector/clock.h"
#include "collector/runner.h"

namespace hpct {

/// A workload that does what the test wants, and writes down what it was asked.
class ScriptedWorkload final : public Workload {
 public:
  std::function<Expected<void>(const Variant&)> on_run = [](const Variant&) { return Expected<void>{}; };
  std::function<Check(const Variant&)> on_verify = [](const Variant&) { return Check{true, "itself", ""}; };
  DeclaredWork declared;
  std::vector<std::string> runs;      ///< names of the variants, in the order they ran
  std::vector<std::string> verified;  ///< the same for verify()

  Expected<void> prepare(Progress&) override { return {}; }
  Expected<void> run(const Variant& variant) override {
    runs.push_back(variant.name);
    return on_run(variant);
  }
  Expected<Check> verify(const Variant& variant) override {
    verified.push_back(variant.name);
    return on_verify(variant);
  }
  [[nodiscard]] DeclaredWork work(const Variant&) const override { return declared; }
};

inline WorkloadInfo scripted_info() {
  return {.name = "scripted",
          .summary = "",
          .role = "workload",
          .item = "row",
          .parameters = nullptr,
          .variants = nullptr,
          .make = nullptr};
}

inline std::vector<Variant> variants_named(const std::vector<std::string>& names) {
  std::vector<Variant> variants;
  for (const auto& name : names)
    variants.push_back({.name = name, .summary = "", .isa = Isa::baseline, .parallel = false});
  return variants;
}

inline void spin_ns(std::int64_t ns) {
  const auto end = clock::monotonic_ns() + ns;
  while (clock::monotonic_ns() < end) {
  }
}

class RecordingObserver final : public RunnerObserver {
 public:
  void measured(const RunnerStatus& status) override { seen.push_back(status); }
  std::vector<RunnerStatus> seen;
};

}  // namespace hpct
