// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/progress.h>
#include <hpct/region.h>
#include <algorithm>

#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/model.h"
#include "workloads/qwen/naive_kernels.h"

namespace hpct::qwen {

/// The decode step as one would write it first: one thread, kernels one after the other, weights
/// already expanded to T. Buffers are made once, so that a step allocates nothing.
template <class T>
class NaiveStep {
 public:
  /// `matrices` must hold the values of model.weights.matrices, in the same layout.
  NaiveStep(Model& model, const T* matrices)
      : model_(model),
        shape_(model.shape),
        matrices_(model.shape, matrices),
        x_(size(shape_.hidden)),
        normed_(size(shape_.hidden)),
        qkv_(size(shape_.qkv_rows())),
        scores_(size(model.positions())),
        widened_(size(shape_.head_dim)),
        attended_(size(shape_.query_size())),
        gate_(size(shape_.intermediate)),
        up_(size(shape_.intermediate)),
        projected_(size(shape_.hidden)),
        logits_(size(shape_.vocabulary)),
        sampler_(shape_.vocabulary) {}

  /// One token. Returns the next one.
  std::int64_t run() {
    HPCT_REGION("decode");
    embedding();
    for (std::int64_t layer = 0; layer < shape_.layers && !interrupt_requested(); ++layer) {
      rmsnorm(model_.weights.attention_gain(shape_, layer));
      qkv(layer);
      rope();
      kv_append(layer);
      attention(layer);
      o_proj(layer);
      rmsnorm(model_.weights.mlp_gain(shape_, layer));
      gate_up(layer);
      down(layer);
    }
    rmsnorm(model_.weights.final_gain(shape_));
    lm_head();
    return sampling();
  }

  [[nodiscard]] std::vector<T>& logits() { return logits_; }

 private:
  static std::size_t size(std::int64_t count) { return static_cast<std::size_t>(count); }
  [[nodiscard]] T* key() { return qkv_.data() + shape_.query_size(); }
  [[nodiscard]] T* value() { return key() + shape_.kv_size(); }

  void embedding() {
    HPCT_REGION("embedding");
    std::copy_n(matrices_.embedding() + model_.token * shape_.hidden, shape_.hidden, x_.begin());
  }

  void rmsnorm(const float* gain) {
    HPCT_REGION("rmsnorm");
    naive::rmsnorm(x_.data(), gain, shape_.hidden, shape_.norm_epsilon, normed_.data());
  }

  void qkv(std::int64_t layer) {
    HPCT_REGION("qkv");
    naive::matvec(matrices_.qkv(layer), normed_.data(), shape_.qkv_rows(), shape_.hidden, qkv_.data());
    naive::add_bias(model_.weights.bias(shape_, layer), shape_.qkv_rows(), qkv_.data());
  }

  void rope() {
    HPCT_REGION("rope");
    for (std::int64_t head = 0; head < shape_.heads + shape_.kv_heads; ++head)  // the keys follow the queries
      naive::rope(model_.rope.cosines.data(), model_.rope.sines.data(), shape_.head_dim / 2,
                  qkv_.data() + head * shape_.head_dim);
  }

  void append(const T* head, std::byte* row) {
    for (std::size_t i = 0; i < widened_.size(); ++i) widened_[i] = static_cast<float>(head[i]);
    store(model_.cache.format(), widened_.data(), shape_.head_dim, row);
  }

  /// All keys, or all values, of one head as floats: row(position) is where one lies.
  template <class Row>
  const float* widen(Row row, std::vector<float>& to) {
    to.resize(size(model_.positions() * shape_.head_dim));
    for (std::int64_t p = 0; p < model_.positions(); ++p)
      expand(model_.cache.format(), row(p), shape_.head_dim, to.data() + p * shape_.head_dim);
    return to.data();
  }

  void kv_append(std::int64_t layer) {
    HPCT_REGION("kv_append");
    const auto dim = shape_.head_dim;
    for (std::int64_t head = 0; head < shape_.kv_heads; ++head) {
      append(key() + head * dim, model_.cache.key_row(layer, head, model_.context));
      append(value() + head * dim, model_.cache.value_row(layer, head, model_.context));
    }
  }

  void attention(std::int64_t layer) {
    HPCT_REGION("attention");
    const auto dim = shape_.head_dim;
    for (std::int64_t head = 0; head < shape_.heads; ++head) {
      const auto shared = head / shape_.group();
      const auto keys = [&](std::int64_t p) { return model_.cache.key_row(layer, shared, p); };
      const auto values = [&](std::int64_t p) { return model_.cache.value_row(layer, shared, p); };
      naive::attention(qkv_.data() + head * dim, widen(keys, keys_), widen(values, values_),
                       model_.positions(), dim, scores_.data(), attended_.data() + head * dim);
    }
  }

  void o_proj(std::int64_t layer) {
    HPCT_REGION("o_proj");
    naive::matvec(matrices_.output(layer), attended_.data(), shape_.hidden, shape_.query_size(),
                  projected_.data());
    naive::add(projected_.data(), shape_.hidden, x_.data());
  }

  void gate_up(std::int64_t layer) {
    HPCT_REGION("gate_up");
    naive::matvec(matrices_.gate(layer), normed_.data(), shape_.intermediate, shape_.hidden, gate_.data());
    naive::matvec(matrices_.up(layer), normed_.data(), shape_.intermediate, shape_.hidden, up_.data());
    naive::silu_multiply(up_.data(), shape_.intermediate, gate_.data());
  }

  void down(std::int64_t layer) {
    HPCT_REGION("down");
    naive::matvec(matrices_.down(layer), gate_.data(), shape_.hidden, shape_.intermediate, projected_.data());
    naive::add(projected_.data(), shape_.hidden, x_.data());
  }

  void lm_head() {
    HPCT_REGION("lm_head");
    naive::matvec(matrices_.lm_head(), normed_.data(), shape_.vocabulary, shape_.hidden, logits_.data());
  }

  std::int64_t sampling() {
    HPCT_REGION("sampling");
    if (model_.sampling.rule != Sampling::Rule::argmax)
      if constexpr (std::is_same_v<T, float>) return sampler_.choose(logits_, model_.sampling);
    return naive::argmax(logits_.data(), shape_.vocabulary);
  }

  Model& model_;
  const Shape& shape_;
  Matrices<const T> matrices_;
  std::vector<T> x_;  ///< the residual stream
  std::vector<T> normed_;
  std::vector<T> qkv_;  ///< queries, keys, values
  std::vector<T> scores_;
  std::vector<float> widened_;  ///< one row of the cache
  std::vector<float> keys_;     ///< of one head, as floats
  std::vector<float> values_;
  std::vector<T> attended_;
  std::vector<T> gate_;
  std::vector<T> up_;
  std::vector<T> projected_;
  std::vector<T> logits_;
  Sampler sampler_;
};

}  // namespace hpct::qwen
