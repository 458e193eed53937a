// SPDX-License-Identifier: Apache-2.0
// The choice of the next token from its logits, for several tokens: argmax, top-k, or top-p.
#include <fmt/format.h>
#include <hpct/region.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "workloads/qwen/kernel_workload.h"
#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/pages.h"
#include "workloads/qwen/parameters.h"
#include "workloads/qwen/random.h"
#include "workloads/qwen/sampling.h"
#include "workloads/qwen/shape.h"
#include "workloads/qwen/share.h"
#include "workloads/random.h"

namespace hpct {
namespace {

using namespace qwen;

struct Options {
  std::int64_t vocabulary = 0;
  std::int64_t rows = 0;
  Sampling sampling;
  std::uint64_t seed = 1;
};

/// The smallest of the candidates, as one would find it first: sort all tokens, then go through the largest.
float least_by_sorting(std::span<const float> logits, const Sampling& sampling) {
  std::vector<float> all(logits.begin(), logits.end());
  std::sort(all.begin(), all.end(), std::greater<>{});
  if (sampling.rule == Sampling::Rule::top_k)
    return all[std::min(static_cast<std::size_t>(sampling.k), all.size()) - 1];
  double total = 0;
  for (const float logit : all) total += std::exp(static_cast<double>(logit));
  double mass = 0;
  for (const float logit : all)
    if ((mass += std::exp(static_cast<double>(logit))) >= sampling.p * total) return logit;
  return all.back();
}

std::int64_t choose_by_sorting(std::span<const float> logits, const Sampling& sampling) {
  const float least = least_by_sorting(logits, sampling);
  double mass = 0;
  for (const float logit : logits)
    if (logit >= least) mass += std::exp(static_cast<double>(logit));
  double left = sampling.draw * mass;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (logits[i] >= least) left -= std::exp(static_cast<double>(logits[i]));
    if (left < 0) return static_cast<std::int64_t>(i);
  }
  return 0;
}

class SamplingProblem final : public KernelProblem {
 public:
  explicit SamplingProblem(Options options) : options_(options) {}

  Expected<void> prepare(std::span<const Method>, ThreadTeam& team) override {
    if (auto made = allocate(logits_, options_.rows * options_.vocabulary); !made) return made;
    tokens_.assign(static_cast<std::size_t>(options_.rows), -1);
    samplers_.assign(static_cast<std::size_t>(team.size()), Sampler(options_.vocabulary));
    team.run([&](int member) {
      const auto part = share_of(options_.rows, member, team.size(), 1);
      in_parts(part, 1, [&](Share row) {
        for (auto i = row.begin * options_.vocabulary; i < row.end * options_.vocabulary; ++i)
          logits_.data()[i] = 12.0F * random_uniform(stream_key(options_.seed, 1), i);
      });
    });
    return {};
  }

  void run(const Method& method, const Crew& crew) override {
    HPCT_REGION("kernel");
    const auto part = share_of(options_.rows, crew.member, crew.members, 1);
    auto& sampler = samplers_[static_cast<std::size_t>(crew.member)];
    for (auto row = part.begin; row < part.end && !interrupt_requested(); ++row)
      tokens_[static_cast<std::size_t>(row)] = choose(method, sampler, row);
  }

  Check verify(const Method&, ThreadTeam& team) override {
    std::vector<std::int64_t> wrong(static_cast<std::size_t>(team.size()), -1);
    team.run([&](int member) {
      const auto part = share_of(options_.rows, member, team.size(), 1);
      for (auto row = part.begin; row < part.end && !interrupt_requested(); ++row)
        if (!right(row)) wrong[static_cast<std::size_t>(member)] = row;
    });
    const auto worst = *std::ranges::max_element(wrong);
    std::ranges::fill(tokens_, -1);
    return {.ok = worst < 0,
            .reference = "the same rule with sorted logits in double precision",
            .message = worst < 0 ? "" : fmt::format("the token of row {} is another one", worst)};
  }

  /// The difference from the largest, the exponential and the sum, for each candidate that is weighed.
  [[nodiscard]] Work work(const Method&) const override {
    const auto rows = static_cast<double>(options_.rows);
    const auto tokens = static_cast<double>(options_.vocabulary);
    const auto rule = options_.sampling.rule;
    const double weighed = rule == Sampling::Rule::argmax ? 0
                           : rule == Sampling::Rule::top_p
                               ? tokens
                               : std::min(tokens, static_cast<double>(options_.sampling.k));
    return {
        .flops = Quantity{3 * rows * weighed, fmt::format("3 * rows * weighed = 3 * {} * {}", rows, weighed)},
        .bytes_read = Quantity{4 * rows * tokens, fmt::format("4 * rows * V = 4 * {} * {}", rows, tokens)},
        .bytes_written = Quantity{8 * rows, fmt::format("8 * rows = 8 * {}", rows)},
        .items = Quantity{rows, "tokens", Provenance::counted},
        .precision = "fp32"};
  }

 private:
  [[nodiscard]] std::span<const float> logits(std::int64_t row) const {
    return {logits_.data() + row * options_.vocabulary, static_cast<std::size_t>(options_.vocabulary)};
  }

  [[nodiscard]] Sampling sampling(std::int64_t row) const {
    auto own = options_.sampling;
    own.draw = random_unit(random_bits(options_.seed, static_cast<std::uint64_t>(row)));
    return own;
  }

  std::int64_t choose(const Method& method, Sampler& sampler, std::int64_t row) const {
    const auto own = logits(row);
    if (options_.sampling.rule == Sampling::Rule::argmax)
      return (method.naive() ? naive::argmax<float> : method.kernels.plain->argmax)(own.data(),
                                                                                    options_.vocabulary);
    return method.naive() ? choose_by_sorting(own, sampling(row)) : sampler.choose(own, sampling(row));
  }

  [[nodiscard]] bool right(std::int64_t row) const {
    const auto own = logits(row);
    return is_choice(std::vector<double>(own.begin(), own.end()), tokens_[static_cast<std::size_t>(row)],
                     sampling(row), 1e-6);
  }

  Options options_;
  PageArray<float> logits_;  ///< [rows][V]
  std::vector<std::int64_t> tokens_;
  std::vector<Sampler> samplers_;
};

std::vector<Parameter> parameters() {
  return {model_parameter(),
          {"rows", std::int64_t{64}, "tokens to choose, each from logits of its own", 1, 1e5, {}},
          {.name = "sampling",
           .default_value = "top-p",
           .summary = "the rule",
           .low = {},
           .high = {},
           .choices = {"argmax", "top-k", "top-p"}},
          {"k", std::int64_t{40}, "top-k: among so many", 1, 1e6, {}},
          {"p", 0.9, "top-p: among the fewest that have this probability", 0.001, 1, {}},
          seed_parameter("of logits and draws")};
}

/// How the rule is followed by naive, and by all others.
std::pair<const char*, const char*> words_for(std::string_view rule) {
  if (rule == "argmax")
    return {"one after the other, the largest so far", "sixteen largest so far side by side"};
  if (rule == "top-k") return {"all probabilities are sorted", "a heap of the k largest, no sorting"};
  return {"all probabilities are sorted", "sums by size, only where the last one falls is sorted"};
}

/// Instruction sets differ in argmax only.
std::vector<Method> methods(const Settings& settings) {
  auto all = plain_methods();
  const auto [sorting, better] = words_for(settings.text("sampling"));
  for (auto& method : all) {
    if (method.variant.name == "naive") method.variant.summary = sorting;
    if (method.variant.name == "scalar") method.variant.summary = better;
  }
  if (settings.text("sampling") != "argmax")
    std::erase_if(all, [](const Method& method) { return method.variant.isa != Isa::baseline; });
  return all;
}

std::vector<Variant> variants(const Settings& settings) { return variants_of(methods(settings)); }

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  const auto shape = shape_named(settings.text("model"));
  if (!shape) return tl::unexpected(shape.error());
  const Options options{.vocabulary = shape->vocabulary,
                        .rows = settings.integer("rows"),
                        .sampling = {.rule = sampling_rule(settings.text("sampling")),
                                     .k = settings.integer("k"),
                                     .p = settings.real("p")},
                        .seed = static_cast<std::uint64_t>(settings.integer("seed"))};
  return make_kernel_workload(std::make_unique<SamplingProblem>(options), methods(settings), settings);
}

void reduce(Settings& settings) {
  settings.parameters["model"] = "tiny";
  settings.parameters["rows"] = std::min(settings.integer("rows"), std::int64_t{16});
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_sampling;
const WorkloadInfo qwen_sampling{.name = "qwen-sampling",
                                 .summary = "the choice of Qwen2.5's next token: argmax, top-k or top-p",
                                 .item = "token",
                                 .parameters = parameters,
                                 .variants = variants,
                                 .make = make,
                                 .small = "rows=4",
                                 .reduce = reduce};
}  // namespace workloads
}  // namespace hpct
