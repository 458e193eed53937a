// SPDX-License-Identifier: Apache-2.0
#include <hpct/workload.h>

#include <algorithm>

#include "workloads/qwen/decode_workload.h"
#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/model_choice.h"
#include "workloads/qwen/parameters.h"
#include "workloads/qwen/token_list.h"
#include "workloads/random.h"

namespace hpct {
namespace {

std::vector<Parameter> parameters() {
  return {
      {.name = "model",
       .default_value = "0.5B",
       .summary = "0.5B, 1.5B or 7B of Qwen2.5 (7B: 14 GiB as bf16, 4 as int4), a GGUF file of such a "
                  "model, or tiny: made up, for simulation",
       .low = {},
       .high = {},
       .choices = {}},
      {.name = "tokens",
       .default_value = "",
       .summary = "token numbers to decode, as 1,2,3, instead of a made-up context",
       .low = {},
       .high = {},
       .choices = {}},
      {.name = "context",
       .default_value = std::int64_t{256},
       .summary = "tokens already in the KV cache",
       .low = 0,
       .high = static_cast<double>(qwen::kMaxPositions - 1),
       .choices = {},
       .unless = "tokens"},
      qwen::kv_parameter(),
      {.name = "page",
       .default_value = std::int64_t{0},
       .summary = "tokens in a page of the KV cache, scattered over memory: adds a twin NAME-paged of each "
                  "variant; 0: one piece, no twins",
       .low = 0,
       .high = 4096,
       .choices = {}},
      {.name = "sampling",
       .default_value = "argmax",
       .summary = "how the next token is chosen; the random number comes from the seed",
       .low = {},
       .high = {},
       .choices = {"argmax", "top-k", "top-p"}},
      {"k", std::int64_t{40}, "top-k: among so many", 1, 1e6, {}},
      {"p", 0.9, "top-p: among the fewest that have this probability", 0.001, 1, {}},
      qwen::seed_parameter("of weights, cache and input token"),
      qwen::layers_parameter()};
}

Expected<qwen::DecodeOptions> options_of(const Settings& settings) {
  qwen::DecodeOptions options;
  auto choice = qwen::choose_model(settings.text("model"), settings.integer("layers"));
  if (!choice) return tl::unexpected(choice.error());
  options.shape = std::move(choice->shape);
  options.file = std::move(choice->file);
  auto tokens = qwen::parse_tokens(settings.text("tokens"), options.shape.vocabulary);
  if (!tokens) return tl::unexpected(tokens.error());
  options.tokens = std::move(*tokens);
  options.context = settings.integer("context");
  options.cache = qwen::kv_format_named(settings.text("kv"));
  options.page = settings.integer("page");
  options.sampling = {
      .rule = qwen::sampling_rule(settings.text("sampling")),
      .k = settings.integer("k"),
      .p = settings.real("p"),
      .draw = random_unit(random_bits(static_cast<std::uint64_t>(settings.integer("seed")), 0))};
  options.seed = static_cast<std::uint64_t>(settings.integer("seed"));
  options.threads = settings.threads;
  options.variants = settings.variants;
  return options;
}

/// With wrong settings all that the build has: make() then says what is wrong, not "no variant".
std::vector<Variant> variants(const Settings& settings) {
  const auto options = options_of(settings);
  if (options) return qwen::decode_variants(*options);
  qwen::DecodeOptions any;
  any.room = std::nullopt;
  return qwen::decode_variants(any);
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  auto options = options_of(settings);
  if (!options) return tl::unexpected(options.error());
  return std::make_unique<qwen::DecodeWorkload>(std::move(*options));
}

void reduce(Settings& settings) {
  settings.parameters["model"] = "tiny";
  settings.parameters["tokens"] = "";
  settings.parameters["layers"] = std::int64_t{0};
  settings.parameters["context"] = std::min(settings.integer("context"), std::int64_t{64});
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_decode;
const WorkloadInfo qwen_decode{
    .name = "qwen-decode",
    .summary = "one token of Qwen2.5: exact shapes, synthetic weights or a GGUF file",
    .item = "token",
    .parameters = parameters,
    .variants = variants,
    .make = make,
    .small = "layers=1 context=64",
    .reduce = reduce};
}  // namespace workloads
}  // namespace hpct
