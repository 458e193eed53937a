// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/weights.h"

#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kGainStream = 1;
constexpr std::uint64_t kBiasStream = 2;
constexpr std::uint64_t kFirstMatrixStream = 16;
constexpr std::int64_t kRowsAtOnce = 4096;  ///< some 10 ms: Ctrl-C is looked for between

/// `data` lies in `block`, which this writes.
void fill_rows(const Matrix& matrix, const PageArray<std::byte>& block, std::uint64_t key, Share rows) {
  const auto first = rows.begin * matrix.columns;
  std::byte* const out = block.data() + (matrix.row(rows.begin) - block.data());
  fill_weights(matrix.format, key, matrix.columns, first, rows.size() * matrix.columns, out);
}

std::vector<float> make_vector(std::uint64_t key, float centre, float spread, std::int64_t size) {
  std::vector<float> values(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i)
    values[static_cast<std::size_t>(i)] = expand(round_to_bf16(centre + spread * random_uniform(key, i)));
  return values;
}

std::vector<Matrix> list(const MatrixSet& matrices) {
  std::vector<Matrix> all;
  matrices.for_each([&](const Matrix& matrix) { all.push_back(matrix); });
  return all;
}

}  // namespace

Expected<Weights> make_weights(const Shape& shape, Format format, std::uint64_t seed, ThreadTeam& team,
                               Progress& progress) {
  auto block = PageArray<std::byte>::allocate(total_bytes(lay_out(shape, format, nullptr)));
  if (!block) return tl::unexpected(block.error());
  auto matrices = lay_out(shape, format, block->data());
  const auto all = list(matrices);
  team.run([&](int member) {
    for (std::size_t i = 0; i < all.size() && !interrupt_requested(); ++i) {
      in_parts(share_of(all[i].rows, member, team.size()), kRowsAtOnce, [&](Share rows) {
        fill_rows(all[i], *block, stream_key(seed, kFirstMatrixStream + i), rows);
      });
      if (member == 0)
        progress.update("making weights", static_cast<double>(i + 1), static_cast<double>(all.size()));
    }
  });
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while making the weights");
  return Weights{
      std::move(*block), std::move(matrices),
      make_vector(stream_key(seed, kGainStream), 1.0F, 0.1F, (2 * shape.layers + 1) * shape.hidden),
      make_vector(stream_key(seed, kBiasStream), 0.0F, 0.5F, shape.layers * shape.qkv_rows()), nullptr};
}

Expected<PageArray<float>> expand_weights(const Shape& shape, const MatrixSet& matrices, ThreadTeam& team) {
  auto expanded = PageArray<float>::allocate(shape.matrix_weights());
  if (!expanded) return expanded;
  const auto all = list(matrices);
  team.run([&](int member) {
    float* to = expanded->data();
    for (const auto& matrix : all) {
      if (interrupt_requested()) return;
      const auto part = share_of(matrix.rows, member, team.size());
      for (auto row = part.begin; row < part.end; ++row)
        expand(matrix.format, matrix.row(row), matrix.columns, to + row * matrix.columns);
      to += matrix.rows * matrix.columns;
    }
  });
  return expanded;
}

}  // namespace hpct::qwen
