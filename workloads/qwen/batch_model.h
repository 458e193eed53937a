// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <memory>
#include <optional>

#include "collector/memory_room.h"
#include "workloads/qwen/batch_agreement.h"
#include "workloads/qwen/batch_work.h"
#include "workloads/qwen/model_choice.h"

namespace hpct::qwen {

/// What the workloads of many tokens have in common. Tests use smaller shapes and an invented amount of
/// memory.
struct BatchOptions {
  Shape shape;                                      ///< that of the file, when there is one
  std::shared_ptr<const ModelFile> file = nullptr;  ///< instead of synthetic weights
  Format cache = Format::bf16;                      ///< of the KV cache
  std::uint64_t seed = 1;
  int threads = 1;
  std::optional<MemoryRoom> room = memory_room();
};

/// model, kv, seed and layers, for the parameters of a workload.
std::vector<Parameter> batch_parameters();

/// From these parameters. Errors: an unknown model, too many layers (usage); what a file is refused for.
Expected<BatchOptions> batch_options(const Settings& settings);

/// weights: the format of synthetic ones, for workloads whose variants are not formats; "auto" is bf16, and
/// whatever a file has.
Parameter weights_parameter();
/// None: those of the file. ErrorCode::usage: a file, and a format.
Expected<std::optional<Format>> chosen_weights(const Settings& settings, const BatchOptions& options);

/// isa: the fastest here for these weights and this cache, or one by name; for workloads whose variants are
/// not instruction sets.
Parameter isa_parameter();
Isa chosen_isa(const Settings& settings);

/// For the simulated repetition.
void shrink_model(Settings& settings);

/// What a pass is run with.
struct PassPlan {
  PassKernels kernels;
  std::optional<Format> format = Format::bf16;  ///< of the weights; none: the file's
  bool parallel = true;                         ///< by the whole team, or by one thread
};

/// Weights, synthetic in one or several formats or those of a file, the team that computes with them, and a
/// cache of pages. Stays where it was made, because passes point into it.
class BatchModel {
 public:
  explicit BatchModel(BatchOptions options) : options_(std::move(options)) {}
  BatchModel(const BatchModel&) = delete;
  BatchModel& operator=(const BatchModel&) = delete;

  /// `name` is that of the workload, for the one line that says that it does not fit. `formats`: of the
  /// weights that will be used.
  Expected<void> make(std::string_view name, std::span<const std::optional<Format>> formats,
                      std::int64_t pages, std::int64_t page, const PassLimits& limits, Progress& progress);

  /// A pass; what it rounds for rows with a number is kept for the reference.
  void run(const PassPlan& plan, std::span<const BatchRow> rows);

  /// Room for so many traced rows; what was kept is gone.
  void trace(std::int64_t rows) { trace_ = PassTrace(shape(), rows); }

  /// The reference of rows that passes of that plan have worked on, each traced.
  Expected<BatchReference> reference(const PassPlan& plan, std::span<const BatchRow> rows);

  /// ErrorCode::io when the weights are those of a file that has changed since: results mean nothing then.
  [[nodiscard]] Expected<void> expect_unchanged() const {
    return options_.file ? options_.file->expect_unchanged() : Expected<void>{};
  }

  [[nodiscard]] DeclaredWork work(const PassPlan& plan, const PassTally& tally, double items) const;

  [[nodiscard]] const Shape& shape() const { return options_.shape; }
  [[nodiscard]] std::uint64_t seed() const { return options_.seed; }
  [[nodiscard]] ThreadTeam& team() { return *team_; }
  [[nodiscard]] ThreadTeam& solo() { return solo_; }
  [[nodiscard]] const Weights& weights(std::optional<Format> format) const;
  [[nodiscard]] Format cache_format() const { return options_.cache; }
  [[nodiscard]] PagedCache& cache() { return cache_; }

  /// By the whole team, or by one thread.
  [[nodiscard]] BatchPass& pass(bool parallel) { return parallel ? *team_pass_ : *solo_pass_; }

  /// A token number, evenly distributed, a pure function of seed, stream and index.
  [[nodiscard]] std::int64_t made_up_token(std::uint64_t stream, std::int64_t index) const;

  /// Fills the first positions of a table with made-up keys and values of unit variance.
  void fill_cache(const BlockTable& table, std::int64_t positions);

 private:
  struct Made {
    std::optional<Format> format;
    Weights weights;
  };

  Expected<void> check_room(std::string_view name, std::span<const std::optional<Format>> formats,
                            std::int64_t bytes) const;
  Expected<Weights> make_one(std::optional<Format> format, Progress& progress);

  BatchOptions options_;
  std::unique_ptr<ThreadTeam> team_;
  ThreadTeam solo_{1};
  std::vector<Made> weights_;
  PagedCache cache_;
  std::optional<BatchPass> team_pass_;
  std::optional<BatchPass> solo_pass_;
  PassTrace trace_;
};

}  // namespace hpct::qwen
