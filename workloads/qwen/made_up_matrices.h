// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "workloads/qwen/kernel_workload.h"
#include "workloads/qwen/matrix.h"
#include "workloads/qwen/matrix_choice.h"
#include "workloads/qwen/pages.h"

namespace hpct::qwen {

/// One random matrix in each weight format that some method wants: what kernels of one matrix work on.
class MadeUpMatrices {
 public:
  MadeUpMatrices(MatrixSizes sizes, std::uint64_t seed) : sizes_(sizes), seed_(seed) {}

  /// Those that `methods` want and that are not there yet; all of them have a format. Error: no memory.
  Expected<void> make(std::span<const Method> methods, ThreadTeam& team);

  /// One that was made.
  [[nodiscard]] const Matrix& of(Format format) const;

 private:
  struct Made {
    PageArray<std::byte> block{};
    Matrix matrix{};
  };
  Expected<void> make(Format format, ThreadTeam& team);
  [[nodiscard]] const Made* find(Format format) const;

  MatrixSizes sizes_;
  std::uint64_t seed_;
  std::vector<Made> all_;
};

/// Random vectors to multiply by it, of unit variance.
void fill_vectors(std::span<float> x, std::uint64_t seed);

}  // namespace hpct::qwen
