// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/kernel_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "workloads/qwen/shape.h"

namespace hpct::qwen {
namespace {

class KernelWorkload final : public Workload {
 public:
  KernelWorkload(std::unique_ptr<KernelProblem> problem, std::vector<Method> methods, int threads)
      : problem_(std::move(problem)), methods_(std::move(methods)), threads_(threads) {}

  Expected<void> prepare(Progress& progress) override {
    auto team = make_thread_team(threads_);
    if (!team) return tl::unexpected(team.error());
    team_ = std::move(*team);
    progress.update("making the inputs", 0, 1);
    auto made = problem_->prepare(methods_, *team_);
    progress.update("making the inputs", 1, 1);
    return made;
  }

  Expected<void> run(const Variant& variant) override {
    const auto* const method = find(variant);
    if (method == nullptr)
      return fail(ErrorCode::usage, fmt::format("no variant \"{}\" was prepared", variant.name));
    if (method->variant.parallel)
      team_->run([&](int member) { problem_->run(*method, {*team_, member, threads_}); });
    else
      problem_->run(*method, {solo_, 0, 1});
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted in a repetition");
    return {};
  }

  Expected<Check> verify(const Variant& variant) override { return problem_->verify(*find(variant), *team_); }

  [[nodiscard]] DeclaredWork work(const Variant& variant) const override {
    const auto all = problem_->work(*find(variant));
    return {.total = all, .regions = {{"kernel", all}}, .facts = {}};
  }

 private:
  [[nodiscard]] const Method* find(const Variant& variant) const {
    const auto found = std::find_if(methods_.begin(), methods_.end(),
                                    [&](const Method& m) { return m.variant.name == variant.name; });
    return found == methods_.end() ? nullptr : &*found;
  }

  std::unique_ptr<KernelProblem> problem_;
  std::vector<Method> methods_;
  int threads_;
  std::unique_ptr<ThreadTeam> team_;
  ThreadTeam solo_{1};
};

}  // namespace

std::unique_ptr<Workload> make_kernel_workload(std::unique_ptr<KernelProblem> problem,
                                               std::vector<Method> methods, const Settings& settings) {
  std::erase_if(methods, [&](const Method& method) {
    const auto& wanted = settings.variants;
    return !cpu_supports(method.variant.isa) ||
           (!wanted.empty() && std::find(wanted.begin(), wanted.end(), method.variant.name) == wanted.end());
  });
  return std::make_unique<KernelWorkload>(std::move(problem), std::move(methods), settings.threads);
}

std::vector<Variant> variants_of(const std::vector<Method>& methods) {
  std::vector<Variant> all;
  for (const auto& method : methods) all.push_back(method.variant);
  return all;
}

Parameter model_parameter() {
  return {.name = "model",
          .default_value = "0.5B",
          .summary = "whose sizes: 0.5B, 1.5B, 7B, or tiny, for simulation",
          .low = {},
          .high = {},
          .choices = shape_names()};
}

Check close_to(std::span<const double> wanted, std::span<const float> values, double tolerance,
               const char* reference) {
  double scale = 0;
  for (const double value : wanted) scale = std::max(scale, std::abs(value));
  std::size_t row = 0;
  double worst = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double difference = std::abs(static_cast<double>(values[i]) - wanted[i]);
    const double error = std::isnan(difference) ? INFINITY : difference;
    if (error > worst) worst = error, row = i;
  }
  return {.ok = worst <= tolerance * scale,
          .reference = reference,
          .message = fmt::format("largest error {:.2g} at element {}, allowed {:.2g}", worst, row,
                                 tolerance * scale)};
}

}  // namespace hpct::qwen
