// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <memory>
#include <span>

#include "workloads/qwen/decode_methods.h"
#include "workloads/thread_team.h"

namespace hpct::qwen {

/// One member's place in a run: `members` is 1 for the variants that use one thread.
struct Crew {
  ThreadTeam& team;
  int member;
  int members;
};

/// One kernel of the decode step, with its inputs, outputs and truth. What all such workloads share (team,
/// variants, refusal of unknown ones) is make_kernel_workload()'s.
class KernelProblem {
 public:
  virtual ~KernelProblem() = default;

  /// Inputs and outputs for those of `methods` that may be run; all threads may help. Error: no memory.
  virtual Expected<void> prepare(std::span<const Method> methods, ThreadTeam& team) = 0;

  /// One member's part. Measured: in a region "kernel", allocates nothing.
  virtual void run(const Method& method, const Crew& crew) = 0;

  /// Compares with double precision, then makes the output invalid; all threads may help.
  virtual Check verify(const Method& method, ThreadTeam& team) = 0;

  [[nodiscard]] virtual Work work(const Method& method) const = 0;
};

/// Of `methods` only those are prepared that settings.variants names and this CPU has.
std::unique_ptr<Workload> make_kernel_workload(std::unique_ptr<KernelProblem> problem,
                                               std::vector<Method> methods, const Settings& settings);

std::vector<Variant> variants_of(const std::vector<Method>& methods);

/// A parameter "model" with the published shapes.
Parameter model_parameter();

/// All of `values` within `tolerance` times the largest of `wanted`; a NaN is not.
Check close_to(std::span<const double> wanted, std::span<const float> values, double tolerance,
               const char* reference);

/// One rounding more or less in a sum of some thousand floats: what kernels may be off, relative to the
/// largest result.
inline constexpr double kKernelTolerance = 2e-5;

}  // namespace hpct::qwen
