// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/sampling.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace hpct::qwen {
namespace {

/// Of the logits' distance from the largest: 32 to a unit, the last one takes all that is beyond e^-32.
constexpr float kBinsPerUnit = 32.0F;
constexpr std::size_t kBins = 1024;

std::size_t bin_of(float below) {
  const float bin = below * kBinsPerUnit;
  return bin < static_cast<float>(kBins - 1) ? static_cast<std::size_t>(bin) : kBins - 1;
}

float largest_of(std::span<const float> logits) {
  float top = -std::numeric_limits<float>::infinity();
  for (const float logit : logits) top = logit > top ? logit : top;
  return top;
}

/// Through the candidates, logits of at least `least`, until the draw is reached.
std::int64_t walk(std::span<const float> logits, float least, float top, double draw) {
  double mass = 0;
  for (const float logit : logits)
    if (logit >= least) mass += std::exp(static_cast<double>(logit - top));
  double left = draw * mass;
  std::int64_t last = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (!(logits[i] >= least)) continue;
    last = static_cast<std::int64_t>(i);
    left -= std::exp(static_cast<double>(logits[i] - top));
    if (left < 0) break;
  }
  return last;
}

/// The smallest candidate's logit, from sorted logits.
double least_candidate(std::vector<double> sorted, const Sampling& sampling) {
  std::sort(sorted.begin(), sorted.end(), std::greater<>{});
  if (sampling.rule == Sampling::Rule::top_k)
    return sorted[std::min(static_cast<std::size_t>(sampling.k), sorted.size()) - 1];
  double total = 0;
  for (const double logit : sorted) total += std::exp(logit - sorted.front());
  double sum = 0;
  for (const double logit : sorted)
    if ((sum += std::exp(logit - sorted.front())) >= sampling.p * total) return logit;
  return sorted.back();
}

}  // namespace

Sampling::Rule sampling_rule(std::string_view name) {
  if (name == "top-k") return Sampling::Rule::top_k;
  return name == "top-p" ? Sampling::Rule::top_p : Sampling::Rule::argmax;
}

Sampler::Sampler(std::int64_t vocabulary) : bins_(kBins) {
  kept_.reserve(static_cast<std::size_t>(vocabulary));
}

/// A heap of the largest so far, the smallest of them on top: few logits are larger than that.
float Sampler::kth_largest(std::span<const float> logits, std::int64_t k) {
  kept_.clear();
  const auto wanted = std::min(static_cast<std::size_t>(k), logits.size());
  for (const float logit : logits) {
    if (kept_.size() < wanted) {
      kept_.push_back(logit);
      std::push_heap(kept_.begin(), kept_.end(), std::greater<>{});
    } else if (logit > kept_.front()) {
      std::pop_heap(kept_.begin(), kept_.end(), std::greater<>{});
      kept_.back() = logit;
      std::push_heap(kept_.begin(), kept_.end(), std::greater<>{});
    }
  }
  return kept_.front();
}

/// The smallest logit of bin `bin` without which `missing` is not reached.
float Sampler::last_needed(std::span<const float> logits, float top, std::size_t bin, double missing) {
  kept_.clear();
  for (const float logit : logits)
    if (bin_of(top - logit) == bin) kept_.push_back(logit);
  std::sort(kept_.begin(), kept_.end(), std::greater<>{});
  for (const float logit : kept_)
    if ((missing -= std::exp(static_cast<double>(logit - top))) <= 0) return logit;
  return kept_.empty() ? -std::numeric_limits<float>::infinity() : kept_.back();
}

/// Probabilities are added up by how far their logits are below the largest; only the bin in which the sum
/// passes p is sorted.
float Sampler::smallest_of_nucleus(std::span<const float> logits, double p) {
  const float top = largest_of(logits);
  std::fill(bins_.begin(), bins_.end(), 0.0);
  for (const float logit : logits) bins_[bin_of(top - logit)] += static_cast<double>(std::exp(logit - top));
  double missing = 0;
  for (const double bin : bins_) missing += bin;
  missing *= p;
  std::size_t bin = 0;
  for (; bin + 1 < kBins && bins_[bin] < missing; ++bin) missing -= bins_[bin];
  return last_needed(logits, top, bin, missing);
}

std::int64_t Sampler::choose(std::span<const float> logits, const Sampling& sampling) {
  const float least = sampling.rule == Sampling::Rule::top_k ? kth_largest(logits, sampling.k)
                                                             : smallest_of_nucleus(logits, sampling.p);
  return walk(logits, least, largest_of(logits), sampling.draw);
}

bool is_choice(std::span<const double> logits, std::int64_t token, const Sampling& sampling,
               double tolerance) {
  if (token < 0 || token >= static_cast<std::int64_t>(logits.size())) return false;
  const double top = *std::max_element(logits.begin(), logits.end());
  const double scale = std::abs(*std::max_element(
      logits.begin(), logits.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
  const auto own = static_cast<std::size_t>(token);
  if (sampling.rule == Sampling::Rule::argmax) return top - logits[own] <= tolerance * scale;
  const double least = least_candidate({logits.begin(), logits.end()}, sampling);
  if (logits[own] < least - tolerance * scale) return false;
  double mass = 0;
  double before = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (logits[i] >= least) mass += std::exp(logits[i] - top);
    if (i + 1 == own) before = mass;
  }
  const double wanted = sampling.draw * mass;
  const double room = tolerance * mass;
  return before - room <= wanted && wanted <= before + std::exp(logits[own] - top) + room;
}

}  // namespace hpct::qwen
