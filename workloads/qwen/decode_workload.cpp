// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/decode_workload.h"

#include <fmt/format.h>

#include <algorithm>

#include "workloads/qwen/declared_work.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kBuffers = std::uint64_t{64} << 20;  ///< activations, logits, reference: at most

std::string gibibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1U << 30));
}

}  // namespace

std::uint64_t memory_needed(const Shape& shape, std::optional<Format> format, std::int64_t context,
                            Format cache_format) {
  const auto cache = 2 * bytes_of(cache_format, shape.layers * shape.kv_size() * (context + 1));
  const auto weights = format ? total_bytes(lay_out(shape, *format, nullptr)) : 0;
  return static_cast<std::uint64_t>(weights + cache) + kBuffers;
}

std::uint64_t memory_for_naive(const Shape& shape) {
  return static_cast<std::uint64_t>(shape.matrix_weights()) * sizeof(float);
}

std::vector<Variant> decode_variants(const DecodeOptions& options) {
  std::vector<Variant> all;
  for (auto& method : decode_methods(options.file != nullptr)) {
    const auto naive = memory_needed(options.shape, method.format, options.context, options.cache) +
                       memory_for_naive(options.shape);
    if (method.naive() && options.room && naive > options.room->total) continue;
    all.push_back(std::move(method.variant));
  }
  return all;
}

DecodeWorkload::DecodeWorkload(DecodeOptions options) : options_(std::move(options)) {
  if (!options_.tokens.empty()) options_.context = static_cast<std::int64_t>(options_.tokens.size()) - 1;
  methods_ = decode_methods(options_.file != nullptr);
  std::erase_if(methods_, [&](const Method& method) {
    const auto& wanted = options_.variants;
    return !cpu_supports(method.variant.isa) ||
           (!wanted.empty() && std::find(wanted.begin(), wanted.end(), method.variant.name) == wanted.end());
  });
  for (const auto& method : methods_)
    if (std::find(formats_.begin(), formats_.end(), method.format) == formats_.end())
      formats_.push_back(method.format);
}

Model& DecodeWorkload::model(std::optional<Format> format) {
  const auto made =
      std::find_if(models_.begin(), models_.end(), [&](const Made& m) { return m.format == format; });
  return made->model->model();
}

const Method* DecodeWorkload::method_of(const Variant& variant) const {
  const auto found = std::find_if(methods_.begin(), methods_.end(),
                                  [&](const Method& method) { return method.variant.name == variant.name; });
  return found == methods_.end() ? nullptr : &*found;
}

MeasuredModel* DecodeWorkload::model_of(const Method& method) const {
  for (const auto& made : models_)
    if (made.format == method.format) return made.model.get();
  return nullptr;
}

std::uint64_t DecodeWorkload::needed() const {
  std::uint64_t sum = 0;
  for (const auto format : formats_)
    sum += memory_needed(options_.shape, format, options_.context, options_.cache);
  return sum;
}

bool DecodeWorkload::naive_fits() const {
  return !options_.room || needed() + memory_for_naive(options_.shape) <= options_.room->available;
}

Expected<void> DecodeWorkload::check_room() const {
  if (!options_.room || needed() <= options_.room->available) return {};
  std::string formats;
  for (const auto format : formats_)
    if (format) formats += fmt::format("{}{}", formats.empty() ? " in " : " + ", name_of(*format));
  return fail(ErrorCode::not_supported,
              fmt::format("qwen-decode {}{} needs {} of memory, {} are available", options_.shape.name,
                          formats, gibibytes(needed()), gibibytes(options_.room->available)),
              "name fewer variants, choose a smaller model, context or number of layers, or free memory");
}

Expected<Weights> DecodeWorkload::weights(std::optional<Format> format, Progress& progress) {
  if (!format) return ModelFile::weights(options_.file);
  return make_weights(options_.shape, *format, options_.seed, *team_, progress);
}

/// The last that can run: the fastest.
const Method* DecodeWorkload::prompt_method(std::optional<Format> format) const {
  const Method* best = nullptr;
  for (const auto& method : methods_)
    if (method.format == format) best = &method;
  return best;
}

Expected<void> DecodeWorkload::make(std::optional<Format> format, Progress& progress) {
  auto source = weights(format, progress);
  if (!source) return tl::unexpected(source.error());
  auto model =
      make_model(options_.shape, std::move(*source), options_.context, options_.seed, *team_, options_.cache);
  if (!model) return tl::unexpected(model.error());
  model->sampling = options_.sampling;
  auto& made = *models_.emplace_back(Made{format, std::make_unique<MeasuredModel>(std::move(*model))}).model;
  const bool naive = std::any_of(methods_.begin(), methods_.end(),
                                 [&](const Method& m) { return m.naive() && m.format == format; });
  if (auto steps = made.make_steps(*team_, solo_, naive && naive_fits()); !steps) return steps;
  if (const auto* method = prompt_method(format); !method->naive() || made.has_naive())
    if (auto read = made.read_prompt(options_.tokens, *method, progress); !read) return read;
  made.spoil();
  return {};
}

Expected<void> DecodeWorkload::prepare(Progress& progress) {
  if (auto fits = check_room(); !fits) return fits;
  auto team = make_thread_team(options_.threads);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  for (const auto format : formats_)
    if (auto made = make(format, progress); !made) return made;
  return {};
}

Expected<void> DecodeWorkload::run(const Variant& variant) {
  checked_.reset();
  const auto* const method = method_of(variant);
  if (method == nullptr)
    return fail(ErrorCode::not_supported, fmt::format("no variant {} was prepared", variant.name));
  auto* const model = model_of(*method);
  if (method->naive() && !model->has_naive())
    return fail(ErrorCode::not_supported,
                fmt::format("qwen-decode {} naive needs {} of memory, {} are available", options_.shape.name,
                            gibibytes(needed() + memory_for_naive(options_.shape)),
                            gibibytes(options_.room ? options_.room->available : 0)),
                "leave the variant out, choose a smaller model, or free memory");
  model->run(*method);
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted in a repetition");
  return {};
}

Expected<Check> DecodeWorkload::verify(const Variant& variant) {
  if (!checked_) {
    const auto& method = *method_of(variant);
    auto check = model_of(method)->verify(method);
    // First of all: a file that was cut off at any time before explains whatever else is wrong.
    if (options_.file)
      if (auto same = options_.file->expect_unchanged(); !same) return tl::unexpected(same.error());
    if (!check) return check;
    checked_ = std::move(*check);
  }
  return *checked_;
}

DeclaredWork DecodeWorkload::work(const Variant& variant) const {
  const auto& method = *method_of(variant);
  if (method.naive()) return declared_work(options_.shape, options_.context, Format::f32, options_.cache);
  return declared_work(options_.shape, options_.context, model_of(method)->model().weights.matrices,
                       options_.cache);
}

}  // namespace hpct::qwen
