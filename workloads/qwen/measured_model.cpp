// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/measured_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "workloads/qwen/agreement.h"
#include "workloads/qwen/reference.h"

namespace hpct::qwen {

Expected<void> MeasuredModel::make_naive(ThreadTeam& team) {
  auto expanded = expand_weights(model_.shape, model_.weights.matrices, team);
  if (!expanded) return tl::unexpected(expanded.error());
  expanded_ = std::move(*expanded);
  naive_.emplace(model_, expanded_.data());
  return {};
}

Expected<void> MeasuredModel::make_steps(ThreadTeam& team, ThreadTeam& solo, bool with_naive) {
  team_ = &team;
  if (with_naive)
    if (auto made = make_naive(team); !made) return made;
  for (auto [step, members] : {std::pair{&team_step_, &team}, std::pair{&solo_step_, &solo}}) {
    auto made = TeamStep::make(model_, *members);
    if (!made) return tl::unexpected(made.error());
    step->emplace(std::move(*made));
  }
  return {};
}

Expected<void> MeasuredModel::read_prompt(const std::vector<std::int64_t>& tokens, const Method& method,
                                          Progress& progress) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while reading the prompt");
    progress.update("reading the prompt", static_cast<double>(i), static_cast<double>(tokens.size()));
    model_.place(tokens[i], static_cast<std::int64_t>(i));
    if (i + 1 < tokens.size()) run(method);
  }
  return {};
}

void MeasuredModel::run(const Method& method) {
  token_ = method.naive() ? naive_->run()
                          : (method.variant.parallel ? team_step_ : solo_step_)->run(method.kernels);
}

std::span<float> MeasuredModel::logits_of(const Method& method) {
  if (method.naive()) return naive_->logits();
  return (method.variant.parallel ? team_step_ : solo_step_)->logits();
}

RoundingTrace MeasuredModel::trace_of(const Method& method) const {
  if (method.naive()) return {};
  return (method.variant.parallel ? team_step_ : solo_step_)->trace();
}

Expected<Check> MeasuredModel::verify(const Method& method) {
  const auto logits = logits_of(method);
  const auto known = agreed_.find(method.variant.name);
  const bool same = known != agreed_.end() && known->second.token == token_ &&
                    std::memcmp(known->second.logits.data(), logits.data(), logits.size_bytes()) == 0;
  if (same) {
    spoil();
    return known->second.check;
  }
  const auto reference = reference_step(model_, trace_of(method), *team_);
  if (!reference) return tl::unexpected(reference.error());
  const bool finite =
      std::ranges::all_of(reference->logits, [](double logit) { return std::isfinite(logit); });
  if (model_.weights.file && !finite)
    return fail(ErrorCode::bad_file,
                fmt::format("{}: its weights lead to numbers that are not finite", model_.shape.name),
                "the file is damaged or was not copied completely");
  auto check = agreement(logits, token_, *reference, model_.sampling);
  if (check.ok) agreed_[method.variant.name] = {{logits.begin(), logits.end()}, token_, check};
  spoil();
  return check;
}

void MeasuredModel::spoil() {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  if (naive_) std::fill(naive_->logits().begin(), naive_->logits().end(), kNaN);
  for (auto* step : {&*team_step_, &*solo_step_}) std::ranges::fill(step->logits(), kNaN);
  const auto& cache = model_.cache;
  for (std::int64_t layer = 0; layer < model_.shape.layers; ++layer)
    for (std::int64_t head = 0; head < model_.shape.kv_heads; ++head)
      for (auto* row :
           {cache.key_row(layer, head, model_.context), cache.value_row(layer, head, model_.context)})
        std::memset(row, 0xFF, static_cast<std::size_t>(cache.row_bytes()));  // a NaN in every format
  token_ = -1;
}

}  // namespace hpct::qwen
