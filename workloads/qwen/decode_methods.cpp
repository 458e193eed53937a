// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/decode_methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "workloads/qwen/batch_methods.h"
#include "workloads/qwen/kernel_tables.h"

namespace hpct::qwen {
namespace {

/// Any instruction set has that of the baseline.
JoinSums join_for(Isa isa) {
  const auto* const own = pass_kernels(isa).batch;
  return (own != nullptr ? own : pass_kernels(Isa::baseline).batch)->join;
}

StepKernels kernels_for(Isa isa) {
  return {best_kernels(all_qwen_kernels(), isa), best_kernels(all_qwen_weight_kernels(), isa),
          best_kernels(all_qwen_kv_kernels(), isa), join_for(isa)};
}

struct Row {
  const char* name;
  const char* summary;
  Isa isa;
  bool parallel;
};

Method method(const Row& row, std::optional<Format> format, bool aside) {
  return {.variant = {row.name, row.summary, row.isa, row.parallel, aside},
          .format = format,
          .kernels = kernels_for(row.isa)};
}

Method naive(const char* summary, std::optional<Format> format) {
  return {.variant = {"naive", summary, Isa::baseline, false}, .format = format};
}

constexpr const char* kNaiveStep = "fp32 weights, scalar loops, one function per kernel";

/// What has one ladder whatever it computes with. All threads come before wide vectors, so that no rung gives
/// back what the one before it gained.
std::vector<Method> plain_ladder(const char* naive_summary, const char* scalar_summary) {
  std::vector<Method> all{naive(naive_summary, std::nullopt)};
  for (const Row& row : {Row{"scalar", scalar_summary, Isa::baseline, false},
                         Row{"threads", "the same on all threads", Isa::baseline, true},
                         Row{"neon", "NEON and FMA, all threads", Isa::neon, true},
                         Row{"dotprod", "NEON with SDOT, all threads", Isa::neon_dotprod, true},
                         Row{"avx2", "AVX2 and FMA, all threads", Isa::avx2, true},
                         Row{"avx512", "AVX-512, all threads", Isa::avx512, true},
                         Row{"vnni", "AVX-512 with VNNI, all threads", Isa::avx512_vnni, true},
                         Row{"amx", "attention in AMX tiles, all threads", Isa::amx, true}})
    all.push_back(method(row, std::nullopt, false));
  return all;
}

std::vector<Method> bf16_ladder() {
  std::vector<Method> all{naive(kNaiveStep, Format::bf16)};
  for (const Row& row :
       {Row{"bf16", "bf16 weights: half the traffic, sixteen partial sums", Isa::baseline, false},
        Row{"bf16-threads", "the same on all threads", Isa::baseline, true},
        Row{"neon", "bf16 weights, NEON and FMA, all threads", Isa::neon, true},
        Row{"avx2", "bf16 weights, AVX2 and FMA, all threads", Isa::avx2, true},
        Row{"avx512", "bf16 weights, AVX-512, all threads", Isa::avx512, true},
        Row{"amx", "the same, attention in AMX tiles", Isa::amx, true}})
    all.push_back(method(row, Format::bf16, false));
  return all;
}

std::vector<Method> other_formats() {
  std::vector<Method> all;
  const auto add = [&](Format format, std::initializer_list<Row> rows) {
    for (const auto& row : rows) all.push_back(method(row, format, true));
  };
  add(Format::f16, {{"f16-threads", "f16 weights, widened by arithmetic, all threads", Isa::baseline, true},
                    {"f16-neon", "f16 weights, NEON and FMA, all threads", Isa::neon, true},
                    {"f16-avx2", "f16 weights, F16C and FMA, all threads", Isa::avx2, true},
                    {"f16-avx512", "f16 weights, AVX-512, all threads", Isa::avx512, true}});
  add(Format::q8, {{"int8-threads", "int8 weights, a scale per 32, all threads", Isa::baseline, true},
                   {"int8-neon", "the same, pairs of products in 16 bits", Isa::neon, true},
                   {"int8-dotprod", "the same, SDOT: dot products of 4 bytes", Isa::neon_dotprod, true},
                   {"int8-avx2", "the same, pairs of products in 16 bits", Isa::avx2, true},
                   {"int8-vnni", "the same, VNNI: dot products of 4 bytes", Isa::avx512_vnni, true}});
  add(Format::q4, {{"int4-threads", "int4 weights, a scale per 32, all threads", Isa::baseline, true},
                   {"int4-neon", "the same, pairs of products in 16 bits", Isa::neon, true},
                   {"int4-dotprod", "the same, SDOT: dot products of 4 bytes", Isa::neon_dotprod, true},
                   {"int4-avx2", "the same, pairs of products in 16 bits", Isa::avx2, true},
                   {"int4-vnni", "the same, VNNI: dot products of 4 bytes", Isa::avx512_vnni, true}});
  add(Format::q4g128,
      {{"int4g128-threads", "int4 weights, a scale and a zero point per 128, all threads", Isa::baseline,
        true},
       {"int4g128-neon", "the same, pairs of products in 16 bits", Isa::neon, true},
       {"int4g128-dotprod", "the same, SDOT: dot products of 4 bytes", Isa::neon_dotprod, true},
       {"int4g128-avx2", "the same, pairs of products in 16 bits", Isa::avx2, true},
       {"int4g128-vnni", "the same, VNNI: dot products of 4 bytes", Isa::avx512_vnni, true}});
  return all;
}

/// Those whose instruction set this build does not have.
void drop_missing(std::vector<Method>& all) {
  std::erase_if(all, [](const Method& method) {
    const bool built = method.kernels.plain != nullptr && method.kernels.weights != nullptr;
    return method.variant.name != "naive" && !built;
  });
}

}  // namespace

std::vector<Method> plain_methods(std::optional<Isa> beyond) {
  auto all =
      plain_ladder("scalar loops, as one would write them first", "sixteen partial results, one thread");
  std::erase_if(all, [&](const Method& method) {
    const Isa isa = method.variant.isa;
    const bool special = isa == Isa::neon_dotprod || isa == Isa::avx512_vnni || isa == Isa::amx;
    return special && isa != beyond;
  });
  drop_missing(all);
  return all;
}

std::vector<Method> decode_methods(bool from_file) {
  auto all =
      from_file ? plain_ladder(kNaiveStep, "the file's weights as they are, one thread") : bf16_ladder();
  if (!from_file)
    for (auto& method : other_formats()) all.push_back(std::move(method));
  drop_missing(all);
  return all;
}

std::vector<Method> with_paged_twins(std::vector<Method> methods) {
  std::vector<Method> all;
  for (auto& method : methods) {
    auto twin = method;
    all.push_back(std::move(method));
    if (twin.naive()) continue;
    twin.variant.name += "-paged";
    twin.variant.summary += ", KV cache in pages";
    twin.variant.aside = true;
    twin.paged = true;
    all.push_back(std::move(twin));
  }
  return all;
}

}  // namespace hpct::qwen
