// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/decode_methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "workloads/qwen/batch_methods.h"

namespace hpct {
std::span<const qwen::Kernels* const> all_qwen_kernels();
std::span<const qwen::WeightKernels* const> all_qwen_weight_kernels();
std::span<const qwen::KvKernels* const> all_qwen_kv_kernels();
}  // namespace hpct

namespace hpct::qwen {
namespace {

template <class Table>
const Table* find(std::span<const Table* const> tables, std::string_view isa) {
  for (const auto* table : tables)
    if (table->isa == isa) return table;
  return nullptr;
}

/// Any instruction set has that of the baseline.
JoinSums join_for(Isa isa) {
  const auto* const own = pass_kernels(isa).batch;
  return (own != nullptr ? own : pass_kernels(Isa::baseline).batch)->join;
}

/// VNNI adds to products of bytes only: all else is plain AVX-512.
StepKernels kernels_for(Isa isa) {
  const auto weights = isa == Isa::baseline ? std::string_view("scalar") : name_of(isa);
  const auto plain = isa == Isa::avx512_vnni ? name_of(Isa::avx512) : weights;
  return {find(all_qwen_kernels(), plain), find(all_qwen_weight_kernels(), weights),
          find(all_qwen_kv_kernels(), weights), join_for(isa)};
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

Method naive(std::optional<Format> format) {
  return {.variant = {"naive", "fp32 weights, scalar loops, one function per kernel", Isa::baseline, false},
          .format = format};
}

std::vector<Method> file_methods() {
  std::vector<Method> all{naive(std::nullopt)};
  for (const Row& row : {Row{"scalar", "the file's weights as they are, one thread", Isa::baseline, false},
                         Row{"threads", "the same on all threads", Isa::baseline, true},
                         Row{"avx2", "AVX2 and FMA, all threads", Isa::avx2, true},
                         Row{"avx512", "AVX-512, all threads", Isa::avx512, true},
                         Row{"vnni", "AVX-512 with VNNI, all threads", Isa::avx512_vnni, true}})
    all.push_back(method(row, std::nullopt, false));
  return all;
}

std::vector<Method> bf16_ladder() {
  std::vector<Method> all{naive(Format::bf16)};
  for (const Row& row :
       {Row{"bf16", "bf16 weights: half the traffic, sixteen partial sums", Isa::baseline, false},
        Row{"bf16-threads", "the same on all threads", Isa::baseline, true},
        Row{"avx2", "bf16 weights, AVX2 and FMA, all threads", Isa::avx2, true},
        Row{"avx512", "bf16 weights, AVX-512, all threads", Isa::avx512, true}})
    all.push_back(method(row, Format::bf16, false));
  return all;
}

std::vector<Method> other_formats() {
  std::vector<Method> all;
  const auto add = [&](Format format, std::initializer_list<Row> rows) {
    for (const auto& row : rows) all.push_back(method(row, format, true));
  };
  add(Format::f16, {{"f16-threads", "f16 weights, widened by arithmetic, all threads", Isa::baseline, true},
                    {"f16-avx2", "f16 weights, F16C and FMA, all threads", Isa::avx2, true},
                    {"f16-avx512", "f16 weights, AVX-512, all threads", Isa::avx512, true}});
  add(Format::q8, {{"int8-threads", "int8 weights, a scale per 32, all threads", Isa::baseline, true},
                   {"int8-avx2", "the same, pairs of products in 16 bits", Isa::avx2, true},
                   {"int8-vnni", "the same, VNNI: dot products of 4 bytes", Isa::avx512_vnni, true}});
  add(Format::q4, {{"int4-threads", "int4 weights, a scale per 32, all threads", Isa::baseline, true},
                   {"int4-avx2", "the same, pairs of products in 16 bits", Isa::avx2, true},
                   {"int4-vnni", "the same, VNNI: dot products of 4 bytes", Isa::avx512_vnni, true}});
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

std::vector<Method> plain_methods(bool with_vnni) {
  std::vector<Method> all{
      {.variant = {"naive", "scalar loops, as one would write them first", Isa::baseline, false},
       .format = std::nullopt}};
  for (const Row& row : {Row{"scalar", "sixteen partial results, one thread", Isa::baseline, false},
                         Row{"avx2", "AVX2 and FMA, one thread", Isa::avx2, false},
                         Row{"avx512", "AVX-512, one thread", Isa::avx512, false},
                         Row{"threads", "the scalar kernel on all threads", Isa::baseline, true},
                         Row{"threads-avx2", "AVX2 and FMA, all threads", Isa::avx2, true},
                         Row{"threads-avx512", "AVX-512, all threads", Isa::avx512, true}})
    all.push_back(method(row, std::nullopt, false));
  if (with_vnni) {
    all.insert(all.begin() + 4, method({"vnni", "AVX-512 with VNNI, one thread", Isa::avx512_vnni, false},
                                       std::nullopt, false));
    all.push_back(method({"threads-vnni", "AVX-512 with VNNI, all threads", Isa::avx512_vnni, true},
                         std::nullopt, false));
  }
  drop_missing(all);
  return all;
}

std::vector<Method> decode_methods(bool from_file) {
  auto all = from_file ? file_methods() : bf16_ladder();
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
