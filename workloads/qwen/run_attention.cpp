// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/run_attention.h"

#include <cstring>
#include <utility>

#include "workloads/qwen/kv_format.h"

namespace hpct::qwen {
namespace {

constexpr std::int64_t kLine = 64;

}  // namespace

RunAttention::RunAttention(const StepKernels& kernels, Format format, const AttendRows& all,
                           const Scratch& scratch)
    : kernels_(kernels),
      format_(format),
      all_(all),
      scratch_(scratch),
      row_bytes_(bytes_of(format, all.dim)) {}

/// The first result goes straight where all belongs.
void RunAttention::attend(const Run& at) {
  auto run = all_;
  run.keys = at.keys;
  run.values = at.values;
  run.count = at.count;
  if (!first_) {
    run.sums = scratch_.part;
    run.largest = run.sums + all_.group * all_.dim;
    run.weights = run.largest + all_.group;
  }
  qwen::attend(kernels_, format_, run, scratch_.scores);
  if (!first_) join(run, all_, kernels_.join_sums);
  first_ = false;
}

void RunAttention::attend(Batch& batch) {
  if (batch.size == 0) return;
  auto* keys = scratch_.rows;
  auto* values = keys + kStaged * row_bytes_;
  for (std::size_t i = 0; i < batch.size; ++i) {
    const auto bytes = batch.runs[i].count * row_bytes_;
    std::memcpy(keys, batch.runs[i].keys, static_cast<std::size_t>(bytes));
    std::memcpy(values, batch.runs[i].values, static_cast<std::size_t>(bytes));
    keys += bytes;
    values += bytes;
  }
  attend({scratch_.rows, scratch_.rows + kStaged * row_bytes_, batch.positions});
  batch.size = 0;
  batch.positions = 0;
}

void RunAttention::add(const std::byte* keys, const std::byte* values, std::int64_t count) {
  if (count >= kLong || count == all_.count) return attend({keys, values, count});
  if (next_.positions + count > kStaged) {
    attend(now_);
    std::swap(now_, next_);
  }
  for (std::int64_t line = 0; line < count * row_bytes_; line += kLine) {
    __builtin_prefetch(keys + line, 0, 2);
    __builtin_prefetch(values + line, 0, 2);
  }
  next_.runs[next_.size++] = {keys, values, count};
  next_.positions += count;
}

/// Without any position the kernel says so itself.
void RunAttention::finish() {
  attend(now_);
  attend(next_);
  if (first_) attend({nullptr, nullptr, 0});
}

}  // namespace hpct::qwen
