// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <memory>
#include <optional>

#include "collector/memory_room.h"
#include "workloads/qwen/batch_reference.h"

namespace hpct::qwen {

/// What the workloads of many tokens have in common. Tests use smaller shapes and an invented amount of
/// memory.
struct BatchOptions {
  Shape shape;
  std::uint64_t seed = 1;
  int threads = 1;
  std::optional<MemoryRoom> room = memory_room();
};

/// model, seed and layers, for the parameters of a workload.
std::vector<Parameter> batch_parameters();

/// From these parameters. ErrorCode::usage: an unknown model, a file, too many layers.
Expected<BatchOptions> batch_options(const Settings& settings);

/// isa: the fastest here, or one by name; for workloads whose variants are not instruction sets.
Parameter isa_parameter();
Isa chosen_isa(const Settings& settings);

/// For the simulated repetition.
void shrink_model(Settings& settings);

/// Synthetic bf16 weights, the team that computes with them, and a cache of pages. Stays where it was made,
/// because passes point into it.
class BatchModel {
 public:
  explicit BatchModel(BatchOptions options) : options_(std::move(options)) {}
  BatchModel(const BatchModel&) = delete;
  BatchModel& operator=(const BatchModel&) = delete;

  /// `name` is that of the workload, for the one line that says that it does not fit.
  Expected<void> make(std::string_view name, std::int64_t pages, std::int64_t page, const PassLimits& limits,
                      Progress& progress);

  [[nodiscard]] const Shape& shape() const { return options_.shape; }
  [[nodiscard]] std::uint64_t seed() const { return options_.seed; }
  [[nodiscard]] ThreadTeam& team() { return *team_; }
  [[nodiscard]] ThreadTeam& solo() { return solo_; }
  [[nodiscard]] Weights& weights() { return weights_; }
  [[nodiscard]] PagedCache& cache() { return cache_; }

  /// By the whole team, or by one thread.
  [[nodiscard]] BatchPass& pass(bool parallel) { return parallel ? *team_pass_ : *solo_pass_; }

  /// The reference of rows that a pass has worked on.
  Expected<BatchReference> reference(std::span<const BatchRow> rows);

  /// A token number, evenly distributed, a pure function of seed, stream and index.
  [[nodiscard]] std::int64_t made_up_token(std::uint64_t stream, std::int64_t index) const;

  /// Fills the first positions of a table with made-up keys and values of unit variance.
  void fill_cache(const BlockTable& table, std::int64_t positions);

 private:
  Expected<void> check_room(std::string_view name, std::int64_t bytes) const;

  BatchOptions options_;
  std::unique_ptr<ThreadTeam> team_;
  ThreadTeam solo_{1};
  Weights weights_{};
  PagedCache cache_;
  std::optional<BatchPass> team_pass_;
  std::optional<BatchPass> solo_pass_;
};

}  // namespace hpct::qwen
