// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_model.h"

#include <fmt/format.h>

#include "workloads/qwen/random.h"
#include "workloads/qwen/token_list.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kKeyStream = 5;
constexpr std::uint64_t kValueStream = 6;
constexpr float kUnitVariance = 1.7320508F;  ///< sqrt(3): a uniform value in (-s, s) has variance s^2 / 3

std::string gibibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1U << 30));
}

}  // namespace

std::vector<Parameter> batch_parameters() {
  return {{.name = "model",
           .default_value = "0.5B",
           .summary =
               "0.5B, 1.5B or 7B of Qwen2.5 with bf16 weights (7B: 14 GiB), or tiny: made up, for simulation",
           .low = {},
           .high = {},
           .choices = shape_names()},
          {.name = "seed",
           .default_value = std::int64_t{1},
           .summary = "of weights and tokens",
           .low = 0,
           .high = 9007199254740992.0,
           .choices = {}},
          {.name = "layers",
           .default_value = std::int64_t{0},
           .summary = "0 for all; a smaller number for a quick look",
           .low = 0,
           .high = 28,
           .choices = {}}};
}

Expected<BatchOptions> batch_options(const Settings& settings) {
  auto shape = shape_named(settings.text("model"));
  if (!shape) return tl::unexpected(shape.error());
  if (auto kept = keep_layers(*shape, settings.integer("layers")); !kept) return tl::unexpected(kept.error());
  BatchOptions options;
  options.shape = std::move(*shape);
  options.seed = static_cast<std::uint64_t>(settings.integer("seed"));
  options.threads = settings.threads;
  return options;
}

Parameter isa_parameter() {
  return {.name = "isa",
          .default_value = "auto",
          .summary = "instructions of the kernels: the best of this CPU, or these",
          .low = {},
          .high = {},
          .choices = {"auto", "scalar", "avx2", "avx512"}};
}

/// One that this build has no kernels for becomes scalar: on another architecture there are no others.
Isa chosen_isa(const Settings& settings) {
  const auto& name = settings.text("isa");
  if (name == "auto") return best_pass_isa();
  const auto isa = isa_from(name).value_or(Isa::baseline);
  return pass_kernels(isa).built() ? isa : Isa::baseline;
}

void shrink_model(Settings& settings) {
  settings.parameters["model"] = "tiny";
  settings.parameters["layers"] = std::int64_t{0};
}

Expected<void> BatchModel::check_room(std::string_view name, std::int64_t bytes) const {
  const auto needed = static_cast<std::uint64_t>(bytes);
  if (!options_.room || needed <= options_.room->available) return {};
  return fail(ErrorCode::not_supported,
              fmt::format("{} {} needs {} of memory, {} are available", name, shape().name, gibibytes(needed),
                          gibibytes(options_.room->available)),
              "choose a smaller model, fewer layers or tokens, or free memory");
}

Expected<void> BatchModel::make(std::string_view name, std::int64_t pages, std::int64_t page,
                                const PassLimits& limits, Progress& progress) {
  const auto bytes = total_bytes(lay_out(shape(), Format::bf16, nullptr)) +
                     pages * page * position_bytes(shape()) + pass_bytes(shape(), limits, options_.threads) +
                     pass_bytes(shape(), limits, 1);
  if (auto fits = check_room(name, bytes); !fits) return fits;
  auto team = make_thread_team(options_.threads);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  auto weights = make_weights(shape(), Format::bf16, seed(), *team_, progress);
  if (!weights) return tl::unexpected(weights.error());
  weights_ = std::move(*weights);
  auto cache = PagedCache::make(shape(), pages, page);
  if (!cache) return tl::unexpected(cache.error());
  cache_ = std::move(*cache);
  for (auto [pass, members] : {std::pair{&team_pass_, team_.get()}, std::pair{&solo_pass_, &solo_}}) {
    auto made = BatchPass::make(shape(), weights_, cache_, *members, limits);
    if (!made) return tl::unexpected(made.error());
    pass->emplace(std::move(*made));
  }
  return {};
}

Expected<BatchReference> BatchModel::reference(std::span<const BatchRow> rows) {
  return batch_reference(shape(), weights_, cache_, rows, *team_);
}

std::int64_t BatchModel::made_up_token(std::uint64_t stream, std::int64_t index) const {
  const auto word = random_word(stream_key(seed(), stream), static_cast<std::uint64_t>(index));
  return static_cast<std::int64_t>(word % static_cast<std::uint64_t>(shape().vocabulary));
}

void BatchModel::fill_cache(const BlockTable& table, std::int64_t positions) {
  const auto dim = shape().head_dim;
  const auto lanes = shape().layers * shape().kv_heads;
  for (std::int64_t lane = 0; lane < lanes && !interrupt_requested(); ++lane)
    for (std::int64_t p = 0; p < positions; ++p) {
      const auto slot = cache_.slot(table, p);
      const auto layer = lane / shape().kv_heads, head = lane % shape().kv_heads;
      const auto first = (lane * positions + p) * dim;
      fill_uniform(stream_key(seed(), kKeyStream), kUnitVariance, first, dim, cache_.keys(layer, head, slot));
      fill_uniform(stream_key(seed(), kValueStream), kUnitVariance, first, dim,
                   cache_.values(layer, head, slot));
    }
}

}  // namespace hpct::qwen
