// SPDX-License-Identifier: Apache-2.0
// Square roots by Newton's iteration from 1: elements near 0 and near 3 need many steps, elements near 1
// none, and a vector is done when its slowest lane is. What that costs is a matter of the input.
#include <array>
#include <cmath>

#include "workloads/array_workload.h"
#include "workloads/random.h"

namespace hpct {
namespace {

constexpr std::array<ArrayMethod, 8> kMethods{{
    {"serial", "one thread, one element at a time", Isa::baseline, false, &ArrayKernels::newton_sqrt},
    {"avx2", "8 elements per vector, lanes wait for the slowest", Isa::avx2, false,
     &ArrayKernels::newton_sqrt},
    {"avx512", "16 elements per vector, lanes wait for the slowest", Isa::avx512, false,
     &ArrayKernels::newton_sqrt},
    {"threads", "all threads, one element at a time", Isa::baseline, true, &ArrayKernels::newton_sqrt},
    {"threads-neon", "all threads, 4 elements per vector", Isa::neon, true, &ArrayKernels::newton_sqrt},
    {"threads-avx2", "all threads, 8 elements per vector", Isa::avx2, true, &ArrayKernels::newton_sqrt},
    {"threads-avx512", "all threads, 16 elements per vector", Isa::avx512, true, &ArrayKernels::newton_sqrt},
    {"refill-avx512", "the same, 4 vectors in flight; a lane that is done takes the next element",
     Isa::avx512, true, &ArrayKernels::newton_refill},
}};

/// The range in which the iteration converges, away from its ends where it takes for ever.
constexpr float kLow = 0.001F;
constexpr float kHigh = 2.999F;

/// Kept apart from the kernels on purpose: what they are all compared with.
float root_by_definition(const ArrayElement& element) {
  float r = 1;
  for (int step = 0; step < kNewtonLimit; ++step) {
    const float rr = r * r;
    const float rrx = rr * element.x;
    if (std::fabs(rrx - 1) <= kNewtonError) break;
    const float half = r * 0.5F;
    r = half * (3 - rrx);
  }
  return element.x * r;
}

ArrayElement random_input(std::int64_t index) {
  return {.x = random_between(random_bits(0, static_cast<std::uint64_t>(index)), kLow, kHigh)};
}

/// Every lane needs the same number of steps: what vectors gain at most.
ArrayElement equal_input(std::int64_t) { return {.x = kHigh}; }

/// One slow lane in sixteen, all others done before they begin: vectors gain next to nothing.
ArrayElement worst_input(std::int64_t index) { return {.x = index % 16 == 0 ? kHigh : 1.0F}; }

Work work(double count, double steps) {
  return {.flops = Quantity{6 * steps + 4 * count, "6 flop per step, 4 per element, steps counted",
                            Provenance::modelled},
          .bytes_read = Quantity{4 * count, "4 B per element", Provenance::modelled},
          .bytes_written = Quantity{4 * count, "4 B per element", Provenance::modelled},
          .items = Quantity{count, "elements", Provenance::counted},
          .precision = "fp32"};
}

std::vector<Parameter> list_parameters() {
  return {array_size(20'000'000),
          {"input",
           std::string("random"),
           "how many steps neighbours need: random, equal, or worst (one slow in 16)",
           {},
           {},
           {"random", "equal", "worst"}}};
}

std::vector<Variant> list_variants(const Settings&) { return array_variants(kMethods); }

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  const auto& input = settings.text("input");
  return make_array_workload({.count = settings.integer("size"),
                              .scale = 1,
                              .uses_y = false,
                              .uses_exponents = false,
                              .input = input == "equal"   ? equal_input
                                       : input == "worst" ? worst_input
                                                          : random_input,
                              .expected = root_by_definition,
                              .work = work,
                              .reference = "the same iteration in single precision, every element",
                              .methods = kMethods},
                             settings);
}

}  // namespace

namespace workloads {

extern const WorkloadInfo sqrt;
const WorkloadInfo sqrt{.name = "sqrt",
                        .summary = "Newton's square roots: lanes that diverge with the input",
                        .item = "element",
                        .parameters = list_parameters,
                        .variants = list_variants,
                        .make = make,
                        .small = "size=1M",
                        .reduce = shrink_arrays};

}  // namespace workloads
}  // namespace hpct
