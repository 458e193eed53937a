// SPDX-License-Identifier: Apache-2.0
// One matrix of the model times several vectors: what a pass over many tokens is made of. How much longer
// than one vector they take is what batching, prefill and speculative decoding live on.
#include <fmt/format.h>
#include <hpct/region.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "workloads/qwen/batch_product.h"
#include "workloads/qwen/bf16.h"
#include "workloads/qwen/declared_work.h"
#include "workloads/qwen/kernel_workload.h"
#include "workloads/qwen/made_up_matrices.h"
#include "workloads/qwen/parameters.h"
#include "workloads/qwen/weight_kernels.h"

namespace hpct {
namespace {

using namespace qwen;

constexpr double kMostChecked = 2e8;  ///< products; of a larger problem every so many-th row is compared

/// What a product reads of the vectors.
enum class Vectors { exact, halves, bytes };

/// What some variants should give: they share the format and what is read of the vectors.
struct Wanted {
  Format format = Format::bf16;
  Vectors vectors = Vectors::exact;
  std::vector<double> products{};  ///< [checked rows][tokens]
};

class MatmulProblem final : public KernelProblem {
 public:
  MatmulProblem(MatrixSizes sizes, std::int64_t tokens, std::uint64_t seed)
      : sizes_(sizes), tokens_(tokens), seed_(seed), matrices_(sizes, seed) {
    const double all = static_cast<double>(sizes.rows * sizes.columns) * static_cast<double>(tokens);
    step_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(all / kMostChecked));
  }

  Expected<void> prepare(std::span<const Method> methods, ThreadTeam& team) override;
  void run(const Method& method, const Crew& crew) override;
  Check verify(const Method& method, ThreadTeam& team) override;
  [[nodiscard]] Work work(const Method& method) const override;

 private:
  Expected<void> make_vectors(int members);
  [[nodiscard]] double vector_at(std::int64_t i, Vectors vectors) const;
  void fill(Wanted& wanted, ThreadTeam& team) const;
  [[nodiscard]] const std::vector<double>& wanted(const Method& method, ThreadTeam& team);
  [[nodiscard]] std::int64_t checked_rows() const { return (sizes_.rows + step_ - 1) / step_; }

  MatrixSizes sizes_;
  std::int64_t tokens_;
  std::uint64_t seed_;
  std::int64_t step_ = 1;
  MadeUpMatrices matrices_;
  std::vector<Wanted> wanted_;
  PageArray<float> x_;
  PageArray<Bf16> halves_;
  PageArray<std::int8_t> bytes_;
  PageArray<float> scales_;
  PageArray<std::int32_t> minus_sums_;
  std::vector<PageArray<float>> scratch_;  ///< by member
  PageArray<float> out_;
};

const BatchKernels& kernels_of(const Method& method) {
  return *(method.naive() ? naive_pass_kernels() : pass_kernels(method.variant.isa)).batch;
}

Vectors vectors_of(const Method& method) {
  const auto& kernels = kernels_of(method);
  if (takes_bytes(kernels, *method.format)) return Vectors::bytes;
  return kernels.rounds && method.format == Format::bf16 ? Vectors::halves : Vectors::exact;
}

Expected<void> MatmulProblem::make_vectors(int members) {
  const auto size = tokens_ * sizes_.columns;
  Allocations memory;
  memory.add(x_, size)
      .add(halves_, size)
      .add(bytes_, size)
      .add(scales_, size / kGroup)
      .add(minus_sums_, size / kGroup);
  memory.add(out_, tokens_ * sizes_.rows);
  scratch_.resize(static_cast<std::size_t>(members));
  for (auto& scratch : scratch_) memory.add(scratch, scratch_floats(sizes_.columns));
  if (auto made = memory.result(); !made) return made;
  fill_vectors(x_.span(), seed_);
  std::ranges::fill(out_.span(), std::numeric_limits<float>::quiet_NaN());
  return {};
}

Expected<void> MatmulProblem::prepare(std::span<const Method> methods, ThreadTeam& team) {
  if (auto got = make_vectors(team.size()); !got) return got;
  if (auto got = matrices_.make(methods, team); !got) return got;
  for (const auto& method : methods) {
    const auto vectors = vectors_of(method);
    if (vectors == Vectors::halves) std::ranges::transform(x_.span(), halves_.span().begin(), round_to_bf16);
    if (vectors == Vectors::bytes)
      kernels_of(method).round(x_.data(), tokens_ * sizes_.columns, bytes_.data(), scales_.data(),
                               minus_sums_.data());
  }
  return {};
}

void MatmulProblem::run(const Method& method, const Crew& crew) {
  HPCT_REGION("kernel");
  const auto rows = share_of(sizes_.rows, crew.member, crew.members);
  const ProductInput input{
      x_.data(), halves_.data(), {bytes_.data(), scales_.data(), minus_sums_.data()}, tokens_};
  multiply(kernels_of(method), matrices_.of(*method.format), rows, input,
           {out_.data() + rows.begin, sizes_.rows}, scratch_[static_cast<std::size_t>(crew.member)].data());
}

double MatmulProblem::vector_at(std::int64_t i, Vectors vectors) const {
  if (vectors == Vectors::exact) return static_cast<double>(x_.data()[i]);
  if (vectors == Vectors::halves) return static_cast<double>(expand(halves_.data()[i]));
  return static_cast<double>(scales_.data()[i / kGroup]) * static_cast<double>(bytes_.data()[i]);
}

void MatmulProblem::fill(Wanted& wanted, ThreadTeam& team) const {
  const auto& matrix = matrices_.of(wanted.format);
  wanted.products.resize(static_cast<std::size_t>(checked_rows() * tokens_));
  team.run([&](int member) {
    const auto part = share_of(checked_rows(), member, team.size(), 1);
    std::vector<float> weights(static_cast<std::size_t>(matrix.columns));
    for (auto row = part.begin; row < part.end; ++row) {
      expand(matrix.format, matrix.row(row * step_), matrix.columns, weights.data());
      for (std::int64_t t = 0; t < tokens_; ++t) {
        double sum = 0;
        for (std::int64_t i = 0; i < matrix.columns; ++i)
          sum += static_cast<double>(weights[static_cast<std::size_t>(i)]) *
                 vector_at(t * matrix.columns + i, wanted.vectors);
        wanted.products[static_cast<std::size_t>(row * tokens_ + t)] = sum;
      }
    }
  });
}

const std::vector<double>& MatmulProblem::wanted(const Method& method, ThreadTeam& team) {
  const auto vectors = vectors_of(method);
  const auto known = std::ranges::find_if(
      wanted_, [&](const Wanted& w) { return w.format == method.format && w.vectors == vectors; });
  if (known != wanted_.end()) return known->products;
  auto& made = wanted_.emplace_back(Wanted{.format = *method.format, .vectors = vectors});
  fill(made, team);
  return made.products;
}

/// What is not compared must at least have been computed.
Check MatmulProblem::verify(const Method& method, ThreadTeam& team) {
  const auto& products = wanted(method, team);
  std::vector<float> out;
  for (std::int64_t row = 0; row < checked_rows(); ++row)
    for (std::int64_t t = 0; t < tokens_; ++t) out.push_back(out_.data()[t * sizes_.rows + row * step_]);
  auto check = close_to(products, out, kKernelTolerance,
                        "the products of the same weights and vectors in double precision");
  const auto missing = std::ranges::count_if(out_.span(), [](float value) { return std::isnan(value); });
  if (missing > 0) check = {.ok = false, .reference = check.reference, .message = "a result is no number"};
  std::ranges::fill(out_.span(), std::numeric_limits<float>::quiet_NaN());
  return check;
}

Work MatmulProblem::work(const Method& method) const {
  const auto format = *method.format;
  const auto vectors = vectors_of(method);
  const bool bytes = vectors == Vectors::bytes;
  const auto rows = static_cast<double>(sizes_.rows), columns = static_cast<double>(sizes_.columns);
  const auto tokens = static_cast<double>(tokens_);
  const double flops = bytes ? flops_per_weight(format) : 2.0;
  return {.flops = Quantity{flops * rows * columns * tokens,
                            fmt::format("flop per weight * rows * columns * vectors = {} * {} * {} * {}",
                                        flops, rows, columns, tokens)},
          .bytes_read = Quantity{bytes_per_weight(format) * rows * columns,
                                 fmt::format("bytes per weight * rows * columns = {} * {} * {}",
                                             bytes_per_weight(format), rows, columns)},
          .bytes_written =
              Quantity{4 * rows * tokens, fmt::format("4 * rows * vectors = 4 * {} * {}", rows, tokens)},
          .items = Quantity{tokens, "vectors", Provenance::counted},
          .precision = bytes                        ? "int8"
                       : vectors == Vectors::halves ? "bf16"
                                                    : "fp32"};
}

std::vector<Parameter> parameters() {
  return {model_parameter(),
          matrix_parameter(),
          {"batch", std::int64_t{16}, "vectors that share each reading of the weights", 1, 4096, {}},
          rows_parameter(),
          seed_parameter("of the weights and the vectors")};
}

std::vector<Method> methods() {
  auto all = decode_methods(false);
  std::erase_if(
      all, [](const Method& method) { return !method.naive() && !pass_kernels(method.variant.isa).built(); });
  for (auto& method : all)
    if (method.variant.isa == Isa::amx)
      method.variant.summary = "vectors rounded to bf16, AMX tiles, all threads";
  return all;
}

std::vector<Variant> variants(const Settings&) { return variants_of(methods()); }

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  const auto sizes = matrix_sizes(settings);
  if (!sizes) return tl::unexpected(sizes.error());
  return make_kernel_workload(
      std::make_unique<MatmulProblem>(*sizes, settings.integer("batch"),
                                      static_cast<std::uint64_t>(settings.integer("seed"))),
      methods(), settings);
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_matmul;
const WorkloadInfo qwen_matmul{
    .name = "qwen-matmul",
    .summary = "one matrix of Qwen2.5 times several vectors, in every weight format",
    .item = "vector",
    .parameters = parameters,
    .variants = variants,
    .make = make,
    .small = "matrix=down",
    .reduce = reduce_matrix};
}  // namespace workloads
}  // namespace hpct
