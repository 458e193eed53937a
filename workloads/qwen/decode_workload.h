// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <memory>
#include <optional>

#include "collector/memory_room.h"
#include "workloads/qwen/naive_step.h"
#include "workloads/qwen/team_step.h"

namespace hpct::qwen {

/// What a DecodeWorkload is made from. The command line offers the published shapes only; tests
/// use smaller ones and an invented amount of memory.
struct DecodeOptions {
  Shape shape;
  std::int64_t context = 0;
  std::uint64_t seed = 1;
  int threads = 1;
  std::optional<MemoryRoom> room = memory_room();
};

/// Bytes that bf16 weights, the KV cache and the buffers take.
std::uint64_t memory_needed(const Shape& shape, std::int64_t context);

/// Bytes of the float copy, which only the naive variant reads.
std::uint64_t memory_for_naive(const Shape& shape);

/// "naive", "bf16", "bf16-threads", "avx2", "avx512"; naive only where the machine's whole memory could hold
/// it.
std::vector<Variant> decode_variants(const Shape& shape, std::int64_t context,
                                     const std::optional<MemoryRoom>& room);

/// One decode step, repeated: every run appends at the same position and computes the same token.
class DecodeWorkload final : public Workload {
 public:
  explicit DecodeWorkload(DecodeOptions options) : options_(std::move(options)) {}

  Expected<void> prepare(Progress& progress) override;
  Expected<void> run(const Variant& variant) override;
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

  /// For tests that damage it on purpose. Valid after prepare().
  [[nodiscard]] Model& model() { return *model_; }

 private:
  Expected<void> check_room() const;
  Expected<void> make_steps();
  Expected<void> expand_if_it_fits();
  Expected<void> run_naive();
  Expected<void> run_team(const Variant& variant);
  [[nodiscard]] std::span<float> logits_of(const Variant& variant);
  void spoil();

  DecodeOptions options_;
  std::unique_ptr<ThreadTeam> team_;
  ThreadTeam solo_{1};
  std::optional<Model> model_;
  PageArray<float> expanded_;
  std::optional<NaiveStep<float>> naive_;
  std::optional<TeamStep> team_step_;
  std::optional<TeamStep> solo_step_;
  std::vector<double> reference_;
  std::int64_t token_ = -1;
  std::optional<Check> checked_;  ///< of the last run, once verified
};

}  // namespace hpct::qwen
