// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <QString>
#include <string_view>

namespace hpct {

QString to_qstring(std::string_view text);

/// "241 ms", or "missing: no_pmu".
QString value_text(const Value& value);

/// "241 ms [238 ms, 250 ms]" when the value has an interval, else as value_text.
QString value_with_interval(const Value& value);

/// Everything we know of it, line by line: origin, interval, formula, or why it is missing.
QString value_provenance(const Value& value);

/// True when the number comes from a simulation or a formula: charts draw it hollow.
bool is_hollow(const Value& value);

/// A ratio candidate/base as a change: 0.87 -> "-13.0 %", 1.2 -> "+20.0 %".
QString change_text(double ratio);

/// "1brc/avx512": how a run is called in the selection.
QString run_key(std::string_view workload, std::string_view variant);

}  // namespace hpct
