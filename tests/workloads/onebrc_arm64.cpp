// SPDX-License-Identifier: Apache-2.0
// A program for another machine: random files through its kernels. Built and run by onebrc_arm64_test.py.
#include <cstdio>
#include <deque>

#include "tests/workloads/onebrc_random_files.h"
#include "workloads/onebrc/aggregate.h"

namespace hpct::onebrc::kernels {
extern const Kernel scalar;
extern const Kernel neon;
}  // namespace hpct::onebrc::kernels

int main() {
  using namespace hpct::onebrc;
  constexpr int kFiles = 600;
  RandomFiles files(64);
  hpct::ThreadTeam team(2);
  std::deque<SlotTable> tables(2);
  for (int i = 0; i < kFiles; ++i) {
    const auto file = files.next();
    const auto chunk = files.one_in(2) ? kChunkBytes : files.between(1, 20'000);
    for (const auto* kernel : {&kernels::scalar, &kernels::neon}) {
      if (format_results(aggregate(*kernel, file.text, team, tables, chunk)) == file.result) continue;
      std::printf("%s is wrong: file %d, chunks of %zu\n%s", kernel->isa, i, chunk, file.text.c_str());
      return 1;
    }
  }
  std::printf("%d files are exact\n", kFiles);
}
