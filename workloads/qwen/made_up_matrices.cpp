// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/made_up_matrices.h"

#include <algorithm>

#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kVectorStream = 1;
constexpr std::uint64_t kMatrixStream = 2;
constexpr std::int64_t kRowsAtOnce = 4096;  ///< some 10 ms: Ctrl-C is looked for between

}  // namespace

Expected<void> MadeUpMatrices::make(std::span<const Method> methods, ThreadTeam& team) {
  for (const auto& method : methods)
    if (find(*method.format) == nullptr)
      if (auto made = make(*method.format, team); !made) return made;
  return {};
}

Expected<void> MadeUpMatrices::make(Format format, ThreadTeam& team) {
  auto& made = all_.emplace_back();
  if (auto got = allocate(made.block, bytes_of(format, sizes_.rows * sizes_.columns)); !got) return got;
  made.matrix = {format, made.block.data(), sizes_.rows, sizes_.columns};
  team.run([&](int member) {
    in_parts(share_of(sizes_.rows, member, team.size()), kRowsAtOnce, [&](Share part) {
      fill_weights(format, stream_key(seed_, kMatrixStream), sizes_.columns, part.begin * sizes_.columns,
                   part.size() * sizes_.columns, made.block.data() + part.begin * made.matrix.row_bytes());
    });
  });
  return {};
}

const Matrix& MadeUpMatrices::of(Format format) const { return find(format)->matrix; }

const MadeUpMatrices::Made* MadeUpMatrices::find(Format format) const {
  const auto found = std::ranges::find_if(all_, [&](const Made& m) { return m.matrix.format == format; });
  return found == all_.end() ? nullptr : &*found;
}

void fill_vectors(std::span<float> x, std::uint64_t seed) {
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = 1.7320508F * random_uniform(stream_key(seed, kVectorStream), static_cast<std::int64_t>(i));
}

}  // namespace hpct::qwen
