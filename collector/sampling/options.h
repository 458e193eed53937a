// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hpct {

/// How the callers of a sampled function are found: by following saved frame pointers in the kernel, or
/// from a copy of the stack and the unwind tables of the program. The second needs no frame pointers and
/// costs more.
enum class CallGraph { frame_pointers, dwarf };

/// What the user wants to know by sampling.
struct SamplingOptions {
  bool enabled = false;
  double rate_hz = 1000;  ///< samples per second of CPU time; less where they would cost too much
  CallGraph call_graph = CallGraph::frame_pointers;
  /// The core's counters are in use: sample by the kernel's clock and leave them alone. Sampling by cycles
  /// would take one of them away, and its interrupts were seen to spoil the counts of programs with threads.
  bool spare_hardware = false;
};

}  // namespace hpct
