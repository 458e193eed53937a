// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collector/runner.h"

namespace hpct {

/// Runs the user's own program `options.min_repetitions` times, without a warm-up, and describes it as
/// a Run of role "program". Input and output are the user's. Wall time is from just before exec to the end,
/// some 0.3 ms more than the program's own; CPU time is its own and that of the children it waited for.
/// Counters are those of the program and the children it waited for; the hardware's, in passes over the
/// repetitions, are opened here as `options.counters` asks, so `counters` brings the other sources.
/// `run_delay` is known only while its first thread did all the work, `memory.peak` only above what hpct-prof
/// itself occupies. A program that ends with a status other than 0, or by a signal, still yields its Run,
/// with `exit_status` set (128 + signal number for a signal), and is not repeated. After an interrupt
/// the repetitions come back that were complete; ErrorCode::interrupted when there are none.
Expected<MeasuredRun> measure_program(const std::vector<std::string>& command, CounterSet& counters,
                                      const RunnerOptions& options, RunnerObserver& observer);

}  // namespace hpct
