// SPDX-License-Identifier: Apache-2.0
#include <hpct/workload.h>

#include <algorithm>

#include "workloads/qwen/prefill_workload.h"
#include "workloads/qwen/token_list.h"

namespace hpct {
namespace {

std::vector<Parameter> parameters() {
  auto all = qwen::batch_parameters();
  all.push_back({.name = "prompt",
                 .default_value = std::int64_t{128},
                 .summary = "tokens of a made-up prompt",
                 .low = 1,
                 .high = static_cast<double>(qwen::kMaxPositions),
                 .choices = {},
                 .unless = "tokens"});
  all.push_back({.name = "tokens",
                 .default_value = "",
                 .summary = "token numbers to read, as 1,2,3, instead of a made-up prompt",
                 .low = {},
                 .high = {},
                 .choices = {}});
  return all;
}

std::vector<Variant> variants(const Settings& settings) {
  std::vector<Variant> all;
  for (auto& method : qwen::prefill_methods(qwen::names_a_file(settings.text("model"))))
    all.push_back(std::move(method.variant));
  return all;
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  auto options = qwen::batch_options(settings);
  if (!options) return tl::unexpected(options.error());
  auto prompt = qwen::parse_tokens(settings.text("tokens"), options->shape.vocabulary);
  if (!prompt) return tl::unexpected(prompt.error());
  return std::make_unique<qwen::PrefillWorkload>(qwen::PrefillOptions{.model = std::move(*options),
                                                                      .prompt = std::move(*prompt),
                                                                      .tokens = settings.integer("prompt"),
                                                                      .variants = settings.variants});
}

void reduce(Settings& settings) {
  qwen::shrink_model(settings);
  settings.parameters["tokens"] = "";
  settings.parameters["prompt"] = std::min(settings.integer("prompt"), std::int64_t{16});
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_prefill;
const WorkloadInfo qwen_prefill{.name = "qwen-prefill",
                                .summary = "a prompt through Qwen2.5 in one pass: matrix by matrix",
                                .item = "token",
                                .parameters = parameters,
                                .variants = variants,
                                .make = make,
                                .small = "layers=1 prompt=32",
                                .reduce = reduce};
}  // namespace workloads
}  // namespace hpct
