// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <memory>
#include <optional>

#include "collector/memory_room.h"
#include "workloads/qwen/measured_model.h"
#include "workloads/qwen/model_file.h"

namespace hpct::qwen {

/// What a DecodeWorkload is made from. The command line offers the published shapes only; tests
/// use smaller ones and an invented amount of memory.
struct DecodeOptions {
  Shape shape;                                      ///< that of the file, when there is one
  std::shared_ptr<const ModelFile> file = nullptr;  ///< instead of synthetic weights
  std::vector<std::int64_t> tokens = {};            ///< decode these; instead of a made-up cache and input
  std::int64_t context = 0;
  Format cache = Format::bf16;
  std::int64_t page = 0;  ///< positions in a page of the KV cache of the paged twins; 0: there are none
  Sampling sampling = {};
  std::uint64_t seed = 1;
  int threads = 1;
  std::vector<std::string> variants = {};  ///< that will be run; empty: any. Only their weights are made
  std::optional<MemoryRoom> room = memory_room();
};

/// Bytes that the KV cache and the buffers take, and weights of one format. None: those of a file, which are
/// mapped and take only what the system can drop again.
std::uint64_t memory_needed(const Shape& shape, std::optional<Format> format, std::int64_t context,
                            Format cache = Format::bf16);

/// Bytes of the float copy, which only the naive variant reads.
std::uint64_t memory_for_naive(const Shape& shape);

/// The variants of decode_methods() whose blocks fit the shape's rows, with their paged twins where a page is
/// set; naive only where the machine's whole memory could hold it.
std::vector<Variant> decode_variants(const DecodeOptions& options);

/// One decode step, repeated: every run appends at the same position and computes the same token.
class DecodeWorkload final : public Workload {
 public:
  explicit DecodeWorkload(DecodeOptions options);

  Expected<void> prepare(Progress& progress) override;
  Expected<void> run(const Variant& variant) override;
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

  /// For tests that damage it on purpose. Valid after prepare(); the format must be one of those made.
  [[nodiscard]] Model& model(std::optional<Format> format = Format::bf16, bool paged = false);

 private:
  /// What variants share: weights of one format, and a cache in one piece or in pages.
  struct Kind {
    std::optional<Format> format;
    bool paged = false;
    bool operator==(const Kind&) const = default;
  };
  struct Made {
    Kind kind;
    std::unique_ptr<MeasuredModel> model;
  };

  [[nodiscard]] const Method* method_of(const Variant& variant) const;
  [[nodiscard]] MeasuredModel* model_of(const Method& method) const;
  [[nodiscard]] std::int64_t page_of(Kind kind) const { return kind.paged ? options_.page : 0; }
  [[nodiscard]] std::uint64_t needed() const;
  [[nodiscard]] bool naive_fits() const;
  Expected<void> check_blocks() const;
  Expected<void> check_room() const;
  Expected<Weights> weights(Kind kind, Progress& progress);
  Expected<void> make(Kind kind, Progress& progress);
  [[nodiscard]] const Method* prompt_method(Kind kind) const;

  DecodeOptions options_;
  std::vector<Method> methods_;  ///< that may be run
  std::vector<Kind> kinds_;      ///< that they need
  std::unique_ptr<ThreadTeam> team_;
  ThreadTeam solo_{1};
  std::vector<Made> models_;
  std::optional<Check> checked_;  ///< of the last run, once verified
};

}  // namespace hpct::qwen
