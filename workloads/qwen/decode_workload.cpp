// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/decode_workload.h"

#include <fmt/format.h>

#include <algorithm>

#include "workloads/qwen/declared_work.h"
#include "workloads/qwen/paged_cache.h"
#include "workloads/qwen/work_ledger.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kBuffers = std::uint64_t{64} << 20;  ///< activations, logits, reference: at most

bool fits(const DecodeOptions& options, const Method& method) {
  return !method.format || qwen::fits(options.shape, *method.format);
}

std::string gibibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1U << 30));
}

std::vector<Method> methods_of(const DecodeOptions& options) {
  auto methods = decode_methods(options.file != nullptr);
  return options.page > 0 ? with_paged_twins(std::move(methods)) : methods;
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
  for (auto& method : methods_of(options)) {
    const auto naive = memory_needed(options.shape, method.format, options.context, options.cache) +
                       memory_for_naive(options.shape);
    if (method.naive() && options.room && naive > options.room->total) continue;
    if (!fits(options, method)) continue;
    all.push_back(std::move(method.variant));
  }
  return all;
}

DecodeWorkload::DecodeWorkload(DecodeOptions options) : options_(std::move(options)) {
  if (!options_.tokens.empty()) options_.context = static_cast<std::int64_t>(options_.tokens.size()) - 1;
  methods_ = methods_of(options_);
  std::erase_if(methods_, [&](const Method& method) {
    const auto& wanted = options_.variants;
    if (!cpu_supports(method.variant.isa)) return true;
    if (wanted.empty()) return !fits(options_, method);
    return std::find(wanted.begin(), wanted.end(), method.variant.name) == wanted.end();
  });
  for (const auto& method : methods_)
    if (const Kind kind{method.format, method.paged}; std::ranges::find(kinds_, kind) == kinds_.end())
      kinds_.push_back(kind);
}

Model& DecodeWorkload::model(std::optional<Format> format, bool paged) {
  return std::ranges::find(models_, Kind{format, paged}, &Made::kind)->model->model();
}

const Method* DecodeWorkload::method_of(const Variant& variant) const {
  const auto found = std::find_if(methods_.begin(), methods_.end(),
                                  [&](const Method& method) { return method.variant.name == variant.name; });
  return found == methods_.end() ? nullptr : &*found;
}

MeasuredModel* DecodeWorkload::model_of(const Method& method) const {
  for (const auto& made : models_)
    if (made.kind == Kind{method.format, method.paged}) return made.model.get();
  return nullptr;
}

/// Caches for each kind, weights for each format.
std::uint64_t DecodeWorkload::needed() const {
  std::uint64_t sum = 0;
  std::vector<std::optional<Format>> seen;
  for (const auto kind : kinds_) {
    const bool known = std::ranges::find(seen, kind.format) != seen.end();
    const auto positions = kind.paged ? options_.context + options_.page : options_.context;
    sum += memory_needed(options_.shape, known ? std::nullopt : kind.format, positions, options_.cache);
    seen.push_back(kind.format);
  }
  return sum;
}

bool DecodeWorkload::naive_fits() const {
  return !options_.room || needed() + memory_for_naive(options_.shape) <= options_.room->available;
}

Expected<void> DecodeWorkload::check_blocks() const {
  for (const auto& [format, paged] : kinds_)
    if (format && !qwen::fits(options_.shape, *format))
      return fail(
          ErrorCode::not_supported,
          fmt::format("qwen-decode {}: its rows of {}, {} and {} weights are no whole blocks of {} {}",
                      options_.shape.name, options_.shape.hidden, options_.shape.query_size(),
                      options_.shape.intermediate, block_size(*format), name_of(*format)),
          "leave out the variants of this format, or choose another model");
  return {};
}

Expected<void> DecodeWorkload::check_room() const {
  if (!options_.room || needed() <= options_.room->available) return {};
  std::string formats;
  std::vector<std::optional<Format>> seen;
  for (const auto& [format, paged] : kinds_) {
    if (!format || std::ranges::find(seen, format) != seen.end()) continue;
    formats += fmt::format("{}{}", formats.empty() ? " in " : " + ", name_of(*format));
    seen.push_back(format);
  }
  return fail(ErrorCode::not_supported,
              fmt::format("qwen-decode {}{} needs {} of memory, {} are available", options_.shape.name,
                          formats, gibibytes(needed()), gibibytes(options_.room->available)),
              "name fewer variants, choose a smaller model, context or number of layers, or free memory");
}

/// Another kind of the same format lends its own, which stay where they are.
Expected<Weights> DecodeWorkload::weights(Kind kind, Progress& progress) {
  if (!kind.format) return ModelFile::weights(options_.file);
  for (const auto& made : models_)
    if (made.kind.format == kind.format) {
      const auto& own = made.model->model().weights;
      return Weights{{}, own.matrices, own.gains, own.biases, own.file};
    }
  return make_weights(options_.shape, *kind.format, options_.seed, *team_, progress);
}

/// The last that can run: the fastest.
const Method* DecodeWorkload::prompt_method(Kind kind) const {
  const Method* best = nullptr;
  for (const auto& method : methods_)
    if (Kind{method.format, method.paged} == kind) best = &method;
  return best;
}

Expected<void> DecodeWorkload::make(Kind kind, Progress& progress) {
  auto source = weights(kind, progress);
  if (!source) return tl::unexpected(source.error());
  auto model = make_model(options_.shape, std::move(*source), options_.context, options_.seed, *team_,
                          options_.cache, page_of(kind));
  if (!model) return tl::unexpected(model.error());
  model->sampling = options_.sampling;
  auto& made = *models_.emplace_back(Made{kind, std::make_unique<MeasuredModel>(std::move(*model))}).model;
  const bool naive = std::any_of(methods_.begin(), methods_.end(), [&](const Method& m) {
    return m.naive() && kind == Kind{m.format, m.paged};
  });
  if (auto steps = made.make_steps(*team_, solo_, naive && naive_fits()); !steps) return steps;
  if (const auto* method = prompt_method(kind); !method->naive() || made.has_naive())
    if (auto read = made.read_prompt(options_.tokens, *method, progress); !read) return read;
  made.spoil();
  return {};
}

Expected<void> DecodeWorkload::prepare(Progress& progress) {
  if (auto whole = check_blocks(); !whole) return whole;
  if (auto room = check_room(); !room) return room;
  auto team = make_thread_team(options_.threads);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  for (const auto kind : kinds_)
    if (auto made = make(kind, progress); !made) return made;
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
  const auto& matrices = model_of(method)->model().weights.matrices;
  auto work = method.naive() ? declared_work(options_.shape, options_.context, Format::f32, options_.cache)
                             : declared_work(options_.shape, options_.context, matrices, options_.cache);
  work.facts["token.bytes"] = bytes_per_item(work.total);
  add_cache_facts(options_.shape, options_.cache, options_.context + 1, options_.page, work.facts);
  return work;
}

}  // namespace hpct::qwen
