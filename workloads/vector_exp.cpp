// SPDX-License-Identifier: Apache-2.0
// Powers with small integer exponents, clamped: every lane of a vector has its own trip count, so lanes are
// masked, and the share of lanes that work is the vector utilisation in the report.
// Handing idle lanes the next elements, as sqrt does, does not pay here: a step is one multiplication, and a
// refill costs more than the idle steps it saves (measured with AVX-512: 0.4 of the masked speed with
// exponents below 10, where masked lanes already move 16 B per element as fast as the memory does, 0.9 below
// 100).
#include <algorithm>
#include <array>

#include "workloads/array_workload.h"
#include "workloads/random.h"

namespace hpct {
namespace {

constexpr std::array<ArrayMethod, 7> kMethods{{
    {"serial", "one thread, one element at a time", Isa::baseline, false, &ArrayKernels::power},
    {"avx2", "8 elements per vector, lanes masked", Isa::avx2, false, &ArrayKernels::power},
    {"avx512", "16 elements per vector, lanes masked", Isa::avx512, false, &ArrayKernels::power},
    {"threads", "all threads, one element at a time", Isa::baseline, true, &ArrayKernels::power},
    {"threads-neon", "all threads, 4 elements per vector", Isa::neon, true, &ArrayKernels::power},
    {"threads-avx2", "all threads, 8 elements per vector", Isa::avx2, true, &ArrayKernels::power},
    {"threads-avx512", "all threads, 16 elements per vector", Isa::avx512, true, &ArrayKernels::power},
}};

/// Kept apart from the kernels on purpose: what they are all compared with.
float power_by_definition(const ArrayElement& element) {
  float product = 1;
  for (std::int32_t factor = 0; factor < element.exponent; ++factor) product = product * element.x;
  return std::min(product, kPowerLimit);
}

Work work(double count, double steps) {
  return {.flops = Quantity{steps, "1 flop per multiplication, counted", Provenance::modelled},
          .bytes_read = Quantity{8 * count, "value and exponent, 4 B each", Provenance::modelled},
          .bytes_written = Quantity{4 * count, "4 B per element", Provenance::modelled},
          .items = Quantity{count, "elements", Provenance::counted},
          .precision = "fp32"};
}

std::vector<Parameter> list_parameters() {
  return {array_size(20'000'000),
          {"exponents", std::int64_t{10}, "exponents are random from 0 to this - 1", 1, 1000, {}}};
}

std::vector<Variant> list_variants(const Settings&) { return array_variants(kMethods); }

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  const auto exponents = static_cast<std::uint64_t>(settings.integer("exponents"));
  return make_array_workload({.count = settings.integer("size"),
                              .scale = 1,
                              .uses_y = false,
                              .uses_exponents = true,
                              .input =
                                  [exponents](std::int64_t index) {
                                    const auto bits = random_bits(0, static_cast<std::uint64_t>(index));
                                    return ArrayElement{
                                        .x = random_between(bits, 0, 4),
                                        .exponent = static_cast<std::int32_t>((bits & 0xFFFFF) % exponents)};
                                  },
                              .expected = power_by_definition,
                              .work = work,
                              .reference = "repeated multiplication in single precision, every element",
                              .methods = kMethods},
                             settings);
}

}  // namespace

namespace workloads {

extern const WorkloadInfo vector_exp;
const WorkloadInfo vector_exp{.name = "vector-exp",
                              .summary = "Clamped integer powers: masked lanes and vector utilisation",
                              .item = "element",
                              .parameters = list_parameters,
                              .variants = list_variants,
                              .make = make,
                              .small = "size=1M",
                              .reduce = shrink_arrays};

}  // namespace workloads
}  // namespace hpct
