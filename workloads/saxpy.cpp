// SPDX-License-Identifier: Apache-2.0
// out = scale * x + y: nothing but memory traffic. Its roof is bandwidth, and the last rung shows what a
// store costs that first reads the line it overwrites.
#include <array>

#include "workloads/array_workload.h"
#include "workloads/random.h"

namespace hpct {
namespace {

constexpr std::array<ArrayMethod, 8> kMethods{{
    {"serial", "one thread, one element at a time", Isa::baseline, false, &ArrayKernels::saxpy},
    {"avx2", "8 elements per vector", Isa::avx2, false, &ArrayKernels::saxpy},
    {"avx512", "16 elements per vector", Isa::avx512, false, &ArrayKernels::saxpy},
    {"threads", "all threads, one element at a time", Isa::baseline, true, &ArrayKernels::saxpy},
    {"threads-neon", "all threads, 4 elements per vector", Isa::neon, true, &ArrayKernels::saxpy},
    {"threads-avx2", "all threads, 8 elements per vector", Isa::avx2, true, &ArrayKernels::saxpy},
    {"stream-avx2", "the same; stores go past the caches", Isa::avx2, true, &ArrayKernels::saxpy_stream},
    {"stream-avx512", "16 elements per vector; stores go past the caches", Isa::avx512, true,
     &ArrayKernels::saxpy_stream},
}};

constexpr float kScale = 2.0F;

float scaled_sum(const ArrayElement& element) {
  const float product = kScale * element.x;
  return product + element.y;
}

Work work(double count, double) {
  return {.flops = Quantity{2 * count, "2 flop per element", Provenance::modelled},
          .bytes_read = Quantity{8 * count, "x and y, 4 B each; a cached store reads its line, too: 4 B more",
                                 Provenance::modelled},
          .bytes_written = Quantity{4 * count, "4 B per element", Provenance::modelled},
          .items = Quantity{count, "elements", Provenance::counted},
          .precision = "fp32"};
}

std::vector<Parameter> list_parameters() { return {array_size(20'000'000)}; }

std::vector<Variant> list_variants(const Settings&) { return array_variants(kMethods); }

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  return make_array_workload({.count = settings.integer("size"),
                              .scale = kScale,
                              .uses_y = true,
                              .uses_exponents = false,
                              .input =
                                  [](std::int64_t index) {
                                    const auto bits = random_bits(0, static_cast<std::uint64_t>(index));
                                    return ArrayElement{.x = random_between(bits, -1, 1),
                                                        .y = random_between(bits << 24, -1, 1)};
                                  },
                              .expected = scaled_sum,
                              .work = work,
                              .reference = "2 * x + y in single precision, every element",
                              .methods = kMethods},
                             settings);
}

}  // namespace

namespace workloads {

extern const WorkloadInfo saxpy;
const WorkloadInfo saxpy{.name = "saxpy",
                         .summary = "scale * x + y over large arrays: memory bandwidth",
                         .item = "element",
                         .parameters = list_parameters,
                         .variants = list_variants,
                         .make = make,
                         .small = "size=1M",
                         .reduce = shrink_arrays};

}  // namespace workloads
}  // namespace hpct
