// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <hpct/workload.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collector/settings.h"
#include "workloads/registry.h"

namespace hpct {

inline const WorkloadInfo& find_workload(std::string_view name) {
  const auto all = all_workloads();
  return **std::find_if(all.begin(), all.end(), [&](const WorkloadInfo* info) { return info->name == name; });
}

inline Settings settings_for(const WorkloadInfo& info, int threads, const std::vector<std::string>& set) {
  auto parameters = resolve_parameters(info, set);
  EXPECT_TRUE(parameters) << parameters.error().message;
  return {.threads = threads, .cache = {}, .parameters = *parameters};
}

/// The variants that this CPU can run.
inline std::vector<Variant> runnable_variants(const WorkloadInfo& info, const Settings& settings) {
  auto variants = info.variants(settings);
  std::erase_if(variants, [](const Variant& variant) { return !cpu_supports(variant.isa); });
  return variants;
}

template <class Made>
std::unique_ptr<Made> prepared(std::unique_ptr<Made> workload) {
  NoProgress progress;
  const auto ready = workload->prepare(progress);
  EXPECT_TRUE(ready) << ready.error().message;
  return workload;
}

inline std::unique_ptr<Workload> prepared(const WorkloadInfo& info, const Settings& settings) {
  auto workload = info.make(settings);
  EXPECT_TRUE(workload) << workload.error().message;
  return prepared(std::move(*workload));
}

/// Why a workload cannot be prepared.
inline Error refusal_of(Workload& workload) {
  NoProgress progress;
  const auto ready = workload.prepare(progress);
  EXPECT_FALSE(ready);
  return ready ? Error{} : ready.error();
}

/// Runs and verifies; the error or the difference as text, empty when all is well.
inline std::string run_and_verify(Workload& workload, const Variant& variant) {
  if (const auto ran = workload.run(variant); !ran) return ran.error().message;
  const auto check = workload.verify(variant);
  if (!check) return check.error().message;
  return check->ok ? "" : variant.name + ": " + check->message;
}

}  // namespace hpct
