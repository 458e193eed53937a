// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/run_attention.h"

#include <algorithm>
#include <cstring>

#include "workloads/qwen/kv_format.h"

namespace hpct::qwen {

RunAttention::RunAttention(const StepKernels& kernels, Format format, const AttendRows& all,
                           const Scratch& scratch)
    : kernels_(kernels),
      format_(format),
      all_(all),
      scratch_(scratch),
      row_bytes_(bytes_of(format, all.dim)) {}

/// The first result goes straight where all belongs.
void RunAttention::attend(const std::byte* keys, const std::byte* values, std::int64_t count) {
  auto run = all_;
  run.keys = keys;
  run.values = values;
  run.count = count;
  if (!first_) {
    run.sums = scratch_.part;
    run.largest = run.sums + all_.group * all_.dim;
    run.weights = run.largest + all_.group;
  }
  qwen::attend(kernels_, format_, run, scratch_.scores);
  if (!first_) join(run, all_, kernels_.join_sums);
  first_ = false;
}

void RunAttention::flush() {
  if (staged_ == 0) return;
  attend(scratch_.rows, scratch_.rows + kStaged * row_bytes_, staged_);
  staged_ = 0;
}

void RunAttention::add(const std::byte* keys, const std::byte* values, std::int64_t count) {
  if (count >= kLong || count == all_.count) {
    flush();
    return attend(keys, values, count);
  }
  if (staged_ + count > kStaged) flush();
  const auto bytes = static_cast<std::size_t>(count * row_bytes_);
  std::memcpy(scratch_.rows + staged_ * row_bytes_, keys, bytes);
  std::memcpy(scratch_.rows + (kStaged + staged_) * row_bytes_, values, bytes);
  staged_ += count;
}

/// Without any position the kernel says so itself.
void RunAttention::finish() {
  flush();
  if (first_) attend(nullptr, nullptr, 0);
}

}  // namespace hpct::qwen
