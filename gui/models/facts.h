// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <vector>

#include "analyzer/comparison.h"

namespace hpct {

/// A name and what there is to say of it, as one line of a page.
struct Fact {
  QString name;
  QString text;
  QString tip;
  bool bad = false;
};

/// "1brc / avx512, 2 threads, rows=1000": what was run.
QString run_title(const Run& run);

/// Was the result right, in words; `bad` when it was not.
Fact check_fact(const Run& run);

/// The few numbers to see first, with intervals; the change against the baseline when there is one.
std::vector<Fact> headline_facts(const Run& run, const Comparison* comparison);

/// What the host is; facts the system did not tell are left out, a missing PMU is not.
std::vector<Fact> machine_facts(const Report& report);

/// Which program made the report from which source, when and how.
std::vector<Fact> origin_facts(const Report& report);

/// Everything that casts doubt on the numbers: the report's own warnings, then findings that are warnings.
std::vector<QString> warning_texts(const Analysis& analysis);

/// The run of `report` with the same workload, variant and threads, or null.
const Run* same_run(const Report& report, const Run& run);

}  // namespace hpct
