// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/parameters.h"
#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"
#include "workloads/qwen/token_list.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kKeyStream = 5;
constexpr std::uint64_t kValueStream = 6;

std::string gibibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1U << 30));
}

}  // namespace

std::vector<Parameter> batch_parameters() {
  return {{.name = "model",
           .default_value = "0.5B",
           .summary =
               "0.5B, 1.5B or 7B of Qwen2.5 (7B: 14 GiB as bf16, 4 as int4), a GGUF file of such a model, or "
               "tiny: made up, for simulation",
           .low = {},
           .high = {},
           .choices = {}},
          kv_parameter(),
          seed_parameter("of weights and tokens"),
          layers_parameter()};
}

Expected<BatchOptions> batch_options(const Settings& settings) {
  auto choice = choose_model(settings.text("model"), settings.integer("layers"));
  if (!choice) return tl::unexpected(choice.error());
  BatchOptions options;
  options.shape = std::move(choice->shape);
  options.file = std::move(choice->file);
  options.cache = kv_format_named(settings.text("kv"));
  options.seed = static_cast<std::uint64_t>(settings.integer("seed"));
  options.threads = settings.threads;
  return options;
}

Parameter weights_parameter() {
  return {
      .name = "weights",
      .default_value = "auto",
      .summary = "format of made-up weights, int8 and int4 with a scale per 32; auto: bf16, or the file's",
      .low = {},
      .high = {},
      .choices = {"auto", "bf16", "f16", "int8", "int4"}};
}

Expected<std::optional<Format>> chosen_weights(const Settings& settings, const BatchOptions& options) {
  const auto& name = settings.text("weights");
  if (options.file && name != "auto")
    return fail(ErrorCode::usage, "a model file has weights of its own", "leave out --set weights");
  if (options.file) return std::nullopt;
  for (const auto format : {Format::f16, Format::q8, Format::q4})
    if (name_of(format) == name) return format;
  return Format::bf16;
}

Parameter isa_parameter() {
  return {.name = "isa",
          .default_value = "auto",
          .summary = "instructions of the kernels: the best of this CPU, or these",
          .low = {},
          .high = {},
          .choices = {"auto", "scalar", "neon", "avx2", "avx512", "avx512_vnni"}};
}

/// Also one that this CPU cannot run: its variants are not offered then.
Isa chosen_isa(const Settings& settings) {
  const auto& name = settings.text("isa");
  if (name == "auto") {
    const auto& weights = settings.text("weights");
    const bool bytes = weights.starts_with("int") || settings.text("kv") == "int8";
    return best_pass_isa(bytes || names_a_file(settings.text("model")));
  }
  return isa_from(name).value_or(Isa::baseline);  // "scalar"
}

void shrink_model(Settings& settings) {
  settings.parameters["model"] = "tiny";
  settings.parameters["layers"] = std::int64_t{0};
}

Expected<void> BatchModel::check_room(std::string_view name, std::span<const std::optional<Format>> formats,
                                      std::int64_t bytes) const {
  const auto needed = static_cast<std::uint64_t>(bytes);
  if (!options_.room || needed <= options_.room->available) return {};
  std::string stored;
  for (const auto format : formats)
    if (format) stored += fmt::format("{}{}", stored.empty() ? " in " : " + ", name_of(*format));
  return fail(ErrorCode::not_supported,
              fmt::format("{} {}{} needs {} of memory, {} are available", name, shape().name, stored,
                          gibibytes(needed), gibibytes(options_.room->available)),
              "choose a smaller model, fewer variants, layers or tokens, or free memory");
}

Expected<Weights> BatchModel::make_one(std::optional<Format> format, Progress& progress) {
  if (!format) return ModelFile::weights(options_.file);
  return make_weights(shape(), *format, seed(), *team_, progress);
}

/// A file is mapped and takes only what the system can drop again.
Expected<void> BatchModel::make(std::string_view name, std::span<const std::optional<Format>> formats,
                                std::int64_t pages, std::int64_t page, const PassLimits& limits,
                                Progress& progress) {
  auto bytes = pages * page * position_bytes(shape(), options_.cache) +
               pass_bytes(shape(), limits, options_.threads) + pass_bytes(shape(), limits, 1);
  for (const auto format : formats)
    if (format) bytes += total_bytes(lay_out(shape(), *format, nullptr));
  if (auto fits = check_room(name, formats, bytes); !fits) return fits;
  auto team = make_thread_team(options_.threads);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  for (const auto format : formats) {
    auto weights = make_one(format, progress);
    if (!weights) return tl::unexpected(weights.error());
    weights_.push_back({format, std::move(*weights)});
  }
  auto cache = PagedCache::make(shape(), pages, page, options_.cache);
  if (!cache) return tl::unexpected(cache.error());
  cache_ = std::move(*cache);
  for (auto [pass, members] : {std::pair{&team_pass_, team_.get()}, std::pair{&solo_pass_, &solo_}}) {
    auto made = BatchPass::make(shape(), cache_, *members, limits);
    if (!made) return tl::unexpected(made.error());
    pass->emplace(std::move(*made));
  }
  return {};
}

/// The format must be one of those made.
const Weights& BatchModel::weights(std::optional<Format> format) const {
  return std::ranges::find(weights_, format, &Made::format)->weights;
}

void BatchModel::run(const PassPlan& plan, std::span<const BatchRow> rows) {
  pass(plan.parallel).run(rows, plan.kernels, weights(plan.format), &trace_);
}

Expected<BatchReference> BatchModel::reference(const PassPlan& plan, std::span<const BatchRow> rows) {
  return batch_reference(shape(), weights(plan.format), cache_, rows, trace_, *team_);
}

DeclaredWork BatchModel::work(const PassPlan& plan, const PassTally& tally, double items) const {
  return declared_pass_work(shape(), weights(plan.format).matrices, *plan.kernels.batch, options_.cache,
                            tally, items);
}

std::int64_t BatchModel::made_up_token(std::uint64_t stream, std::int64_t index) const {
  const auto word = random_word(stream_key(seed(), stream), static_cast<std::uint64_t>(index));
  return static_cast<std::int64_t>(word % static_cast<std::uint64_t>(shape().vocabulary));
}

void BatchModel::fill_cache(const BlockTable& table, std::int64_t positions) {
  const auto dim = shape().head_dim;
  const auto lanes = shape().layers * shape().kv_heads;
  const auto fill = [&](std::int64_t lane, std::int64_t p) {
    const auto slot = cache_.slot(table, p);
    const auto layer = lane / shape().kv_heads, head = lane % shape().kv_heads;
    const auto first = (lane * positions + p) * dim;
    store_made_up(cache_.format(), stream_key(seed(), kKeyStream), first, dim,
                  cache_.keys(layer, head, slot));
    store_made_up(cache_.format(), stream_key(seed(), kValueStream), first, dim,
                  cache_.values(layer, head, slot));
  };
  team_->run([&](int member) {
    const auto part = share_of(lanes, member, team_->size(), 1);
    for (auto lane = part.begin; lane < part.end && !interrupt_requested(); ++lane)
      for (std::int64_t p = 0; p < positions; ++p) fill(lane, p);
  });
}

}  // namespace hpct::qwen
