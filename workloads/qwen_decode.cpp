// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <hpct/workload.h>

#include "workloads/qwen/decode_workload.h"

namespace hpct {
namespace {

std::vector<Parameter> parameters() {
  return {{.name = "model",
           .default_value = "0.5B",
           .summary = "shape of Qwen2.5; 7B takes 14 GiB as bf16, 4 as int4",
           .low = {},
           .high = {},
           .choices = qwen::shape_names()},
          {.name = "context",
           .default_value = std::int64_t{256},
           .summary = "tokens already in the KV cache",
           .low = 0,
           .high = static_cast<double>(qwen::kMaxPositions - 1),
           .choices = {}},
          {.name = "seed",
           .default_value = std::int64_t{1},
           .summary = "of weights, cache and input token",
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

Expected<qwen::DecodeOptions> options_of(const Settings& settings) {
  auto shape = qwen::shape_named(settings.text("model"));
  if (!shape) return tl::unexpected(shape.error());
  const auto layers = settings.integer("layers");
  if (layers > shape->layers)
    return fail(ErrorCode::usage,
                fmt::format("parameter layers = {}, but {} has {}", layers, shape->name, shape->layers),
                "use 0 for all layers");
  if (layers > 0) shape->layers = layers;
  return qwen::DecodeOptions{.shape = *shape,
                             .context = settings.integer("context"),
                             .seed = static_cast<std::uint64_t>(settings.integer("seed")),
                             .threads = settings.threads,
                             .variants = settings.variants};
}

/// With wrong settings all that the build has: make() then says what is wrong, not "no variant".
std::vector<Variant> variants(const Settings& settings) {
  const auto options = options_of(settings);
  if (!options) return qwen::decode_variants({}, 0, std::nullopt);
  return qwen::decode_variants(options->shape, options->context, options->room);
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  auto options = options_of(settings);
  if (!options) return tl::unexpected(options.error());
  return std::make_unique<qwen::DecodeWorkload>(std::move(*options));
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_decode;
const WorkloadInfo qwen_decode{.name = "qwen-decode",
                               .summary = "one token of Qwen2.5: exact shapes, synthetic weights, batch 1",
                               .item = "token",
                               .parameters = parameters,
                               .variants = variants,
                               .make = make};
}  // namespace workloads
}  // namespace hpct
