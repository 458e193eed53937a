// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/decode_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "workloads/qwen/agreement.h"
#include "workloads/qwen/declared_work.h"
#include "workloads/qwen/reference.h"

namespace hpct {
std::span<const qwen::Kernels* const> all_qwen_kernels();
}

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kBuffers = std::uint64_t{64} << 20;  ///< activations, logits, reference: at most

const Kernels* kernels_for(const Variant& variant) {
  const std::string_view isa = variant.isa == Isa::baseline ? "scalar" : name_of(variant.isa);
  for (const auto* kernels : all_qwen_kernels())
    if (kernels->isa == isa) return kernels;
  return nullptr;
}

std::string gibibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1U << 30));
}

bool is_naive(const Variant& variant) { return variant.name == "naive"; }

}  // namespace

std::uint64_t memory_needed(const Shape& shape, std::int64_t context) {
  const auto cache = 2 * shape.layers * shape.kv_size() * (context + 1);
  return static_cast<std::uint64_t>(shape.matrix_weights() + cache) * sizeof(Bf16) + kBuffers;
}

std::uint64_t memory_for_naive(const Shape& shape) {
  return static_cast<std::uint64_t>(shape.matrix_weights()) * sizeof(float);
}

std::vector<Variant> decode_variants(const Shape& shape, std::int64_t context,
                                     const std::optional<MemoryRoom>& room) {
  std::vector<Variant> all{
      {"naive", "fp32 weights, scalar loops, one function per kernel", Isa::baseline, false},
      {"bf16", "bf16 weights: half the traffic, sixteen partial sums", Isa::baseline, false},
      {"bf16-threads", "the same on all threads", Isa::baseline, true},
      {"avx2", "bf16 weights, AVX2 and FMA, all threads", Isa::avx2, true},
      {"avx512", "bf16 weights, AVX-512, all threads", Isa::avx512, true}};
  std::erase_if(all, [](const Variant& variant) { return kernels_for(variant) == nullptr; });
  if (room && memory_needed(shape, context) + memory_for_naive(shape) > room->total) all.erase(all.begin());
  return all;
}

Expected<void> DecodeWorkload::check_room() const {
  const auto needed = memory_needed(options_.shape, options_.context);
  if (!options_.room || needed <= options_.room->available) return {};
  return fail(ErrorCode::not_supported,
              fmt::format("qwen-decode {} needs {} of memory, {} are available", options_.shape.name,
                          gibibytes(needed), gibibytes(options_.room->available)),
              "choose a smaller model, context or number of layers with --set, or free memory");
}

Expected<void> DecodeWorkload::expand_if_it_fits() {
  const auto needed = memory_needed(options_.shape, options_.context) + memory_for_naive(options_.shape);
  if (options_.room && needed > options_.room->available) return {};  // run() says so when asked for it
  auto expanded = expand_weights(model_->weights.matrices, *team_);
  if (!expanded) return tl::unexpected(expanded.error());
  expanded_ = std::move(*expanded);
  naive_.emplace(*model_, expanded_.data());
  return {};
}

Expected<void> DecodeWorkload::prepare(Progress& progress) {
  if (auto fits = check_room(); !fits) return fits;
  auto team = make_thread_team(options_.threads);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  auto model = make_model(options_.shape, options_.context, options_.seed, *team_, progress);
  if (!model) return tl::unexpected(model.error());
  model_.emplace(std::move(*model));
  auto reference = reference_logits(*model_, *team_, progress);
  if (!reference) return tl::unexpected(reference.error());
  reference_ = std::move(*reference);
  if (auto made = make_steps(); !made) return made;
  spoil();
  return {};
}

Expected<void> DecodeWorkload::make_steps() {
  if (auto expanded = expand_if_it_fits(); !expanded) return expanded;
  for (auto [step, team] : {std::pair{&team_step_, team_.get()}, std::pair{&solo_step_, &solo_}}) {
    auto made = TeamStep::make(*model_, *team);
    if (!made) return tl::unexpected(made.error());
    step->emplace(std::move(*made));
  }
  return {};
}

Expected<void> DecodeWorkload::run(const Variant& variant) {
  checked_.reset();
  return is_naive(variant) ? run_naive() : run_team(variant);
}

Expected<void> DecodeWorkload::run_naive() {
  if (!naive_)
    return fail(ErrorCode::not_supported,
                fmt::format("qwen-decode {} naive needs {} of memory, {} are available", options_.shape.name,
                            gibibytes(memory_needed(options_.shape, options_.context) +
                                      memory_for_naive(options_.shape)),
                            gibibytes(options_.room ? options_.room->available : 0)),
                "leave the variant out, choose a smaller model, or free memory");
  token_ = naive_->run();
  return {};
}

Expected<void> DecodeWorkload::run_team(const Variant& variant) {
  const auto* const kernels = kernels_for(variant);
  if (kernels == nullptr)
    return fail(ErrorCode::not_supported, fmt::format("this build has no variant {}", variant.name));
  token_ = (variant.parallel ? team_step_ : solo_step_)->run(*kernels);
  return {};
}

std::span<float> DecodeWorkload::logits_of(const Variant& variant) {
  if (is_naive(variant)) return naive_->logits();
  return (variant.parallel ? team_step_ : solo_step_)->logits();
}

/// Makes every output of a step invalid, so that a step which leaves something out cannot pass
/// with what the step before it left behind.
void DecodeWorkload::spoil() {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  if (naive_) std::fill(naive_->logits().begin(), naive_->logits().end(), kNaN);
  for (auto* step : {&*team_step_, &*solo_step_}) std::ranges::fill(step->logits(), kNaN);
  const auto dim = model_->shape.head_dim;
  for (std::int64_t layer = 0; layer < model_->shape.layers; ++layer)
    for (std::int64_t head = 0; head < model_->shape.kv_heads; ++head) {
      std::fill_n(model_->cache.keys(layer, head) + model_->context * dim, dim, round_to_bf16(kNaN));
      std::fill_n(model_->cache.values(layer, head) + model_->context * dim, dim, round_to_bf16(kNaN));
    }
  token_ = -1;
}

Expected<Check> DecodeWorkload::verify(const Variant& variant) {
  if (!checked_) {
    checked_ = agreement(logits_of(variant), token_, reference_);
    spoil();
  }
  return *checked_;
}

DeclaredWork DecodeWorkload::work(const Variant& variant) const {
  return declared_work(options_.shape, options_.context, is_naive(variant) ? sizeof(float) : sizeof(Bf16));
}

}  // namespace hpct::qwen
