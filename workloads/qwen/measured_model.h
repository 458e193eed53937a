// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "workloads/qwen/decode_methods.h"
#include "workloads/qwen/naive_step.h"
#include "workloads/qwen/team_step.h"

namespace hpct::qwen {

/// A model ready to be stepped and checked: the steps with their buffers, and what they are compared with.
/// Stays where it was made, because the steps point into it.
class MeasuredModel {
 public:
  explicit MeasuredModel(Model model) : model_(std::move(model)) {}
  MeasuredModel(const MeasuredModel&) = delete;
  MeasuredModel& operator=(const MeasuredModel&) = delete;

  /// Makes the buffers of the steps; those of the naive step, with a float copy of all weights, only on
  /// request. Error: no memory.
  Expected<void> make_steps(ThreadTeam& team, ThreadTeam& solo, bool with_naive);

  /// Decodes all tokens but the last, which the measured step is then about: the cache holds their keys and
  /// values instead of made-up ones. As many as the cache has positions. After make_steps(). Error:
  /// interrupted.
  Expected<void> read_prompt(const std::vector<std::int64_t>& tokens, const Method& method,
                             Progress& progress);

  [[nodiscard]] Model& model() { return model_; }
  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] bool has_naive() const { return naive_.has_value(); }

  /// One step. The naive one must exist.
  void run(const Method& method);

  /// Compares the result of the last run with the reference, then spoils it: a step that leaves something
  /// out must not pass with what the step before it left behind. The reference takes longer than the step, so
  /// what has agreed with it once is afterwards compared bit by bit: a step does the same every time.
  /// Error: interrupted.
  Expected<Check> verify(const Method& method);

  /// Makes every output of a step invalid.
  void spoil();

 private:
  Expected<void> make_naive(ThreadTeam& team);
  [[nodiscard]] std::span<float> logits_of(const Method& method);
  [[nodiscard]] RoundingTrace trace_of(const Method& method) const;

  Model model_;
  PageArray<float> expanded_;
  std::optional<NaiveStep<float>> naive_;
  std::optional<TeamStep> team_step_;
  std::optional<TeamStep> solo_step_;
  ThreadTeam* team_ = nullptr;  ///< for the reference
  std::int64_t token_ = -1;

  struct Agreed {
    std::vector<float> logits;
    std::int64_t token;
    Check check;
  };
  std::map<std::string, Agreed, std::less<>> agreed_;  ///< by variant
};

}  // namespace hpct::qwen
