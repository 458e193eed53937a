// SPDX-License-Identifier: Apache-2.0
#include <hpct/workload.h>

#include <algorithm>

#include "workloads/qwen/serving_workload.h"

namespace hpct {
namespace {

Parameter whole(const char* name, std::int64_t value, const char* summary, double low, double high) {
  return {.name = name, .default_value = value, .summary = summary, .low = low, .high = high, .choices = {}};
}

std::vector<Parameter> parameters() {
  auto all = qwen::batch_parameters();
  all.push_back(qwen::weights_parameter());
  all.push_back(whole("batch", 16, "sequences at once in the largest variant", 1, 64));
  all.push_back(whole("requests", 32, "sequences to answer", 1, 4096));
  all.push_back(whole("prompt", 32, "mean tokens of a prompt; from half to one and a half of it", 1, 4096));
  all.push_back(whole("answer", 16, "mean tokens of an answer, likewise", 1, 4096));
  all.push_back(whole("gap", 1, "mean steps between two arrivals; 0: all at once", 0, 1000));
  all.push_back(whole("chunk", 16, "tokens of one prompt that are read in a step", 1, 1024));
  all.push_back(whole("page", 16, "tokens in a page of the KV cache", 1, 4096));
  all.push_back({.name = "layout",
                 .default_value = "paged",
                 .summary = "pages as they are needed, or the longest sequence reserved in one piece",
                 .low = {},
                 .high = {},
                 .choices = {"paged", "contiguous"}});
  all.push_back(qwen::isa_parameter());
  return all;
}

std::vector<Variant> variants(const Settings& settings) {
  return qwen::serving_variants(settings.integer("batch"), qwen::chosen_isa(settings));
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  auto options = qwen::batch_options(settings);
  if (!options) return tl::unexpected(options.error());
  const auto weights = qwen::chosen_weights(settings, *options);
  if (!weights) return tl::unexpected(weights.error());
  qwen::ServingOptions serving{.model = std::move(*options),
                               .weights = *weights,
                               .mix = {.count = settings.integer("requests"),
                                       .prompt = settings.integer("prompt"),
                                       .answer = settings.integer("answer"),
                                       .gap = settings.integer("gap")},
                               .slots = settings.integer("batch"),
                               .page = settings.integer("page"),
                               .chunk = settings.integer("chunk"),
                               .contiguous = settings.text("layout") == "contiguous",
                               .isa = qwen::chosen_isa(settings)};
  return std::make_unique<qwen::ServingWorkload>(std::move(serving));
}

void reduce(Settings& settings) {
  qwen::shrink_model(settings);
  for (const char* name : {"requests", "prompt", "answer"})
    settings.parameters[name] = std::min(settings.integer(name), std::int64_t{4});
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_serving;
const WorkloadInfo qwen_serving{
    .name = "qwen-serving",
    .summary = "many sequences at once through Qwen2.5: continuous batching over a paged KV cache",
    .item = "token",
    .parameters = parameters,
    .variants = variants,
    .make = make,
    .small = "layers=1 requests=8 batch=4 prompt=8 answer=4",
    .reduce = reduce};
}  // namespace workloads
}  // namespace hpct
