// SPDX-License-Identifier: Apache-2.0
#include <hpct/workload.h>

#include <algorithm>

#include "workloads/qwen/speculative_workload.h"

namespace hpct {
namespace {

std::vector<Parameter> parameters() {
  auto all = qwen::batch_parameters();
  all.push_back(qwen::weights_parameter());
  const auto add = [&](const char* name, Scalar value, const char* summary, double low, double high) {
    all.push_back({.name = name,
                   .default_value = std::move(value),
                   .summary = summary,
                   .low = low,
                   .high = high,
                   .choices = {}});
  };
  add("context", std::int64_t{256}, "made-up tokens in the KV cache before", 0,
      static_cast<double>(qwen::kMaxPositions - 1));
  add("page", std::int64_t{16}, "tokens in a page of the KV cache, scattered over memory; 0: one piece", 0,
      4096);
  add("tokens", std::int64_t{64}, "to decode", 1, 4096);
  add("draft", std::int64_t{4}, "drafted tokens that a pass verifies; a variant of its own if not 2, 4 or 8",
      1, 64);
  add("acceptance", 0.8, "chance of a drafted token to be right, by a seeded coin", 0, 1);
  all.push_back(qwen::isa_parameter());
  return all;
}

std::vector<Variant> variants(const Settings& settings) {
  return qwen::speculative_variants(settings.integer("draft"), qwen::chosen_isa(settings));
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  auto options = qwen::batch_options(settings);
  if (!options) return tl::unexpected(options.error());
  const auto weights = qwen::chosen_weights(settings, *options);
  if (!weights) return tl::unexpected(weights.error());
  qwen::SpeculativeOptions speculative{.model = std::move(*options),
                                       .weights = *weights,
                                       .page = settings.integer("page"),
                                       .context = settings.integer("context"),
                                       .tokens = settings.integer("tokens"),
                                       .draft = settings.integer("draft"),
                                       .acceptance = settings.real("acceptance"),
                                       .isa = qwen::chosen_isa(settings)};
  return std::make_unique<qwen::SpeculativeWorkload>(std::move(speculative));
}

void reduce(Settings& settings) {
  qwen::shrink_model(settings);
  for (const auto& [name, most] : {std::pair{"context", 16}, std::pair{"tokens", 8}})
    settings.parameters[name] = std::min(settings.integer(name), std::int64_t{most});
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_speculative;
const WorkloadInfo qwen_speculative{
    .name = "qwen-speculative",
    .summary = "Qwen2.5 decoding that verifies drafted tokens, several in one pass",
    .item = "token",
    .parameters = parameters,
    .variants = variants,
    .make = make,
    .small = "layers=1 tokens=8 context=16",
    .reduce = reduce};
}  // namespace workloads
}  // namespace hpct
