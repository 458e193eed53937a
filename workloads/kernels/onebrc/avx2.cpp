// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/onebrc/eight_lines.h"

namespace hpct::onebrc {
namespace {

const char* aggregate_other(Slots& table, Slot*, const char* line) { return aggregate_line(table, line); }

void aggregate(Slots& table, const char* begin, const char* end) {
  if (end - begin < kTooShortForCursors) return aggregate_lines(table, begin, end);
  Cursors cursors(begin, end);
  run_steps<aggregate_other>(table, cursors);
  cursors.finish(table);
}

}  // namespace

namespace kernels {
extern const Kernel avx2;
const Kernel avx2{"avx2", aggregate};
}  // namespace kernels

}  // namespace hpct::onebrc
