// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/prefill_methods.h"

#include <initializer_list>

namespace hpct::qwen {
namespace {

struct Row {
  const char* name;
  const char* summary;
  Isa isa;
  bool parallel;
};

PrefillMethod method(const Row& row, std::optional<Format> format, bool aside) {
  return {.variant = {row.name, row.summary, row.isa, row.parallel, aside},
          .plan = {pass_kernels(row.isa), format, row.parallel}};
}

PrefillMethod naive(std::optional<Format> format) {
  return {.variant = {"naive", "token by token, one sum at a time, one thread", Isa::baseline, false},
          .plan = {naive_pass_kernels(), format, false},
          .one_by_one = true};
}

using Methods = std::vector<PrefillMethod>;

void add(Methods& all, std::optional<Format> format, bool aside, std::initializer_list<Row> rows) {
  for (const auto& row : rows) all.push_back(method(row, format, aside));
}

/// Of bf16 weights, or those of a file.
Methods ladder(std::optional<Format> format) {
  Methods all{naive(format)};
  add(all, format, false,
      {{"blocked", "all tokens in one pass, tiles of 2 rows and 6 tokens, one thread", Isa::baseline, false},
       {"threads", "the same on all threads", Isa::baseline, true},
       {"neon", "tiles of 4 rows and 6 tokens, NEON", Isa::neon, true},
       {"avx2", "the same with AVX2 and FMA", Isa::avx2, true},
       {"avx512", "tiles of 4 rows and 6 tokens, AVX-512", Isa::avx512, true}});
  if (!format) add(all, format, false, {{"vnni", "AVX-512 with VNNI for bytes", Isa::avx512_vnni, true}});
  add(all, format, false, {{"amx", "bf16 weights: activations rounded to that, AMX tiles", Isa::amx, true}});
  add(all, format, true,
      {{"neon-tokens", "NEON, but a pass for each token: what decoding the prompt would cost", Isa::neon,
        true},
       {"avx2-tokens", "AVX2, but a pass for each token: what decoding the prompt would cost", Isa::avx2,
        true},
       {"avx512-tokens", "AVX-512, but a pass for each token", Isa::avx512, true}});
  return all;
}

void add_formats(Methods& all) {
  add(all, Format::bf16, true,
      {{"avx512-bf16", "activations rounded to bf16, dot products of bf16 pairs", Isa::avx512_bf16, true}});
  add(all, Format::f16, true,
      {{"f16-threads", "f16 weights, expanded to floats, all threads", Isa::baseline, true},
       {"f16-avx2", "f16 weights, F16C and FMA, all threads", Isa::avx2, true},
       {"f16-avx512", "f16 weights, AVX-512, all threads", Isa::avx512, true}});
  add(all, Format::q8, true,
      {{"int8-threads", "int8 weights, a scale per 32, expanded to floats, all threads", Isa::baseline, true},
       {"int8-avx2", "int8 weights, activations too, pairs of products in 16 bits", Isa::avx2, true},
       {"int8-vnni", "the same, VNNI: dot products of 4 bytes", Isa::avx512_vnni, true}});
  add(all, Format::q4, true,
      {{"int4-threads", "int4 weights, a scale per 32, expanded to floats, all threads", Isa::baseline, true},
       {"int4-avx2", "int4 weights, activations as bytes, products in 16 bits", Isa::avx2, true},
       {"int4-vnni", "the same, VNNI: dot products of 4 bytes", Isa::avx512_vnni, true}});
}

}  // namespace

std::vector<PrefillMethod> prefill_methods(bool from_file) {
  auto all = ladder(from_file ? std::nullopt : std::optional(Format::bf16));
  if (!from_file) add_formats(all);
  for (auto& one : all) one.one_by_one = one.one_by_one || one.variant.name.ends_with("-tokens");
  std::erase_if(all, [](const PrefillMethod& one) { return !one.plan.kernels.built(); });
  return all;
}

}  // namespace hpct::qwen
