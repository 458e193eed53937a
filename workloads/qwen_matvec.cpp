// SPDX-License-Identifier: Apache-2.0
// One matrix of the model times a vector: nearly all of a token's time. The vector of the int8 and int4
// products is rounded beforehand.
#include <fmt/format.h>
#include <hpct/region.h>

#include <limits>
#include <map>

#include "workloads/qwen/declared_work.h"
#include "workloads/qwen/kernel_workload.h"
#include "workloads/qwen/made_up_matrices.h"
#include "workloads/qwen/matrix_product.h"
#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/parameters.h"
#include "workloads/qwen/share.h"

namespace hpct {
namespace {

using namespace qwen;

constexpr std::int64_t kRowsAtOnce = 4096;  ///< some 10 ms: Ctrl-C is looked for between

class MatvecProblem final : public KernelProblem {
 public:
  MatvecProblem(MatrixSizes sizes, std::uint64_t seed) : sizes_(sizes), seed_(seed), matrices_(sizes, seed) {}

  Expected<void> prepare(std::span<const Method> methods, ThreadTeam& team) override;
  void run(const Method& method, const Crew& crew) override;
  Check verify(const Method& method, ThreadTeam& team) override;
  [[nodiscard]] Work work(const Method& method) const override;

 private:
  Expected<void> make_vectors();
  Expected<void> expand_matrix(ThreadTeam& team);
  [[nodiscard]] std::vector<double> product(const Matrix& matrix, ThreadTeam& team) const;

  MatrixSizes sizes_;
  std::uint64_t seed_;
  MadeUpMatrices matrices_;
  std::map<Format, std::vector<double>> wanted_;  ///< products, computed when first asked for
  PageArray<float> expanded_;                     ///< what the naive variant reads
  PageArray<float> x_;
  PageArray<std::int8_t> values_;
  PageArray<float> scales_;
  PageArray<float> out_;
};

Expected<void> MatvecProblem::make_vectors() {
  auto made = Allocations()
                  .add(x_, sizes_.columns)
                  .add(values_, sizes_.columns)
                  .add(scales_, sizes_.columns / kGroup)
                  .add(out_, sizes_.rows)
                  .result();
  if (!made) return made;
  fill_vectors(x_.span(), seed_);
  std::ranges::fill(out_.span(), std::numeric_limits<float>::quiet_NaN());
  return {};
}

Expected<void> MatvecProblem::expand_matrix(ThreadTeam& team) {
  if (auto got = allocate(expanded_, sizes_.rows * sizes_.columns); !got) return got;
  const auto& matrix = matrices_.of(Format::bf16);
  team.run([&](int member) {
    in_parts(share_of(sizes_.rows, member, team.size()), 1, [&](Share row) {
      expand(matrix.format, matrix.row(row.begin), matrix.columns,
             expanded_.data() + row.begin * matrix.columns);
    });
  });
  return {};
}

Expected<void> MatvecProblem::prepare(std::span<const Method> methods, ThreadTeam& team) {
  if (auto got = make_vectors(); !got) return got;
  if (auto got = matrices_.make(methods, team); !got) return got;
  for (const auto& method : methods) {
    if (method.naive())
      if (auto got = expand_matrix(team); !got) return got;
    if (rounds(*method.format))  // every instruction set rounds to the same bytes
      method.kernels.weights->round(x_.data(), sizes_.columns, values_.data(), scales_.data());
  }
  return {};
}

void MatvecProblem::run(const Method& method, const Crew& crew) {
  HPCT_REGION("kernel");
  const auto rows = share_of(sizes_.rows, crew.member, crew.members);
  if (!method.naive())
    return multiply(method.kernels, matrices_.of(*method.format), x_.data(), {values_.data(), scales_.data()},
                    rows, out_.data() + rows.begin);
  in_parts(rows, kRowsAtOnce, [&](Share part) {
    naive::matvec(expanded_.data() + part.begin * sizes_.columns, x_.data(), part.size(), sizes_.columns,
                  out_.data() + part.begin);
  });
}

std::vector<double> MatvecProblem::product(const Matrix& matrix, ThreadTeam& team) const {
  std::vector<double> wanted(static_cast<std::size_t>(matrix.rows));
  team.run([&](int member) {
    const auto part = share_of(matrix.rows, member, team.size());
    std::vector<float> weights(static_cast<std::size_t>(matrix.columns));
    for (auto row = part.begin; row < part.end && !interrupt_requested(); ++row) {
      expand(matrix.format, matrix.row(row), matrix.columns, weights.data());
      double sum = 0;
      for (std::int64_t i = 0; i < matrix.columns; ++i) {
        const double x = rounds(matrix.format) ? static_cast<double>(scales_.data()[i / kGroup]) *
                                                     static_cast<double>(values_.data()[i])
                                               : static_cast<double>(x_.data()[i]);
        sum += static_cast<double>(weights[static_cast<std::size_t>(i)]) * x;
      }
      wanted[static_cast<std::size_t>(row)] = sum;
    }
  });
  return wanted;
}

Check MatvecProblem::verify(const Method& method, ThreadTeam& team) {
  auto& wanted = wanted_[*method.format];
  if (wanted.empty()) wanted = product(matrices_.of(*method.format), team);
  auto check = close_to(wanted, out_.span(), kKernelTolerance,
                        "the product of the same weights and vector in double precision");
  std::ranges::fill(out_.span(), std::numeric_limits<float>::quiet_NaN());
  return check;
}

Work MatvecProblem::work(const Method& method) const {
  const auto format = method.naive() ? Format::f32 : *method.format;
  const auto rows = static_cast<double>(sizes_.rows);
  const auto columns = static_cast<double>(sizes_.columns);
  const auto per_product = [&](const char* name, double factor) {
    return Quantity{factor * rows * columns,
                    fmt::format("{} * rows * columns = {} * {} * {}", name, factor, rows, columns)};
  };
  return {.flops = per_product("flop per weight", flops_per_weight(format)),
          .bytes_read = per_product("bytes per weight", bytes_per_weight(format)),
          .bytes_written = Quantity{4 * rows, fmt::format("4 * rows = 4 * {}", rows)},
          .items = Quantity{rows, "rows", Provenance::counted},
          .precision = rounds(format) ? "int8" : "fp32"};
}

std::vector<Parameter> parameters() {
  return {model_parameter(), matrix_parameter(), rows_parameter(),
          seed_parameter("of the weights and the vector")};
}

/// AMX adds to attention alone.
std::vector<Method> methods() {
  auto all = decode_methods(false);
  std::erase_if(all, [](const Method& method) { return method.variant.isa == Isa::amx; });
  return all;
}

std::vector<Variant> variants(const Settings&) { return variants_of(methods()); }

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  const auto sizes = matrix_sizes(settings);
  if (!sizes) return tl::unexpected(sizes.error());
  return make_kernel_workload(
      std::make_unique<MatvecProblem>(*sizes, static_cast<std::uint64_t>(settings.integer("seed"))),
      methods(), settings);
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_matvec;
const WorkloadInfo qwen_matvec{.name = "qwen-matvec",
                               .summary = "one matrix of Qwen2.5 times a vector, in every weight format",
                               .item = "row",
                               .parameters = parameters,
                               .variants = variants,
                               .make = make,
                               .small = "matrix=down",
                               .reduce = reduce_matrix};
}  // namespace workloads
}  // namespace hpct
