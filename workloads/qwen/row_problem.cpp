// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/row_problem.h"
#include "workloads/qwen/parameters.h"

#include <fmt/format.h>
#include <hpct/region.h>

#include <algorithm>
#include <limits>

#include "workloads/qwen/pages.h"
#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

class RowProblem final : public KernelProblem {
 public:
  RowProblem(RowKernel kernel, std::int64_t rows, std::uint64_t seed)
      : kernel_(std::move(kernel)), rows_(rows), seed_(seed) {}

  Expected<void> prepare(std::span<const Method>, ThreadTeam& team) override {
    const auto in = rows_ * kernel_.in, out = rows_ * kernel_.out;
    if (auto made = Allocations().add(in_, in).add(out_, out).add(wanted_, out).result(); !made) return made;
    team.run([&](int member) {
      const auto part = share_of(rows_, member, team.size(), 1);
      for (auto i = part.begin * kernel_.in; i < part.end * kernel_.in; ++i)
        in_.data()[i] = kernel_.scale * random_uniform(stream_key(seed_, 1), i);
      spoil(part);
    });
    return {};
  }

  void run(const Method& method, const Crew& crew) override {
    HPCT_REGION("kernel");
    const auto part = share_of(rows_, crew.member, crew.members, 1);
    for (auto row = part.begin; row < part.end; ++row)
      kernel_.run(method.kernels.plain, in_.data() + row * kernel_.in, out_.data() + row * kernel_.out);
  }

  Check verify(const Method&, ThreadTeam& team) override {
    team.run([&](int member) {
      const auto part = share_of(rows_, member, team.size(), 1);
      for (auto row = part.begin; row < part.end; ++row)
        kernel_.expected(in_.data() + row * kernel_.in, wanted_.data() + row * kernel_.out);
    });
    auto check = close_to(wanted_.span(), out_.span(), kKernelTolerance, kernel_.reference.c_str());
    spoil({0, rows_});
    return check;
  }

  [[nodiscard]] Work work(const Method&) const override {
    const auto rows = static_cast<double>(rows_);
    const auto in = static_cast<double>(kernel_.in);
    const auto out = static_cast<double>(kernel_.out);
    return {
        .flops = Quantity{rows * kernel_.flops,
                          fmt::format("rows * ({}) = {} * {}", kernel_.flops_formula, rows, kernel_.flops)},
        .bytes_read = Quantity{rows * 4 * in, fmt::format("rows * 4 * {0} = {1} * 4 * {0}", in, rows)},
        .bytes_written = Quantity{rows * 4 * out, fmt::format("rows * 4 * {0} = {1} * 4 * {0}", out, rows)},
        .items = Quantity{rows, "rows", Provenance::counted},
        .precision = "fp32"};
  }

 private:
  void spoil(Share rows) {
    std::fill(out_.data() + rows.begin * kernel_.out, out_.data() + rows.end * kernel_.out,
              std::numeric_limits<float>::quiet_NaN());
  }

  RowKernel kernel_;
  std::int64_t rows_;
  std::uint64_t seed_;
  PageArray<float> in_;
  PageArray<float> out_;
  PageArray<double> wanted_;  ///< filled by verify()
};

}  // namespace

Expected<std::unique_ptr<Workload>> make_row_workload(const Settings& settings,
                                                      RowKernel (*kernel_of)(const Shape& shape)) {
  const auto shape = shape_named(settings.text("model"));
  if (!shape) return tl::unexpected(shape.error());
  return make_kernel_workload(
      std::make_unique<RowProblem>(kernel_of(*shape), settings.integer("rows"),
                                   static_cast<std::uint64_t>(settings.integer("seed"))),
      plain_methods(), settings);
}

std::vector<Variant> row_variants(const Settings&) { return variants_of(plain_methods()); }

std::vector<Parameter> row_parameters(std::int64_t rows) {
  return {model_parameter(),
          {"rows", rows, "tokens whose vectors are worked on, one row each", 1, 1e6, {}},
          seed_parameter("of the inputs")};
}

void reduce_rows(Settings& settings) {
  settings.parameters["model"] = "tiny";
  settings.parameters["rows"] = std::min(settings.integer("rows"), std::int64_t{64});
}

}  // namespace hpct::qwen
