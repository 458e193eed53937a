// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hpct {

/// "100M" -> 100000000; K, M, G are powers of 1000, Ki, Mi, Gi of 1024.
Expected<double> parse_number(std::string_view text);

/// The other way, for numbers whose zeros would have to be counted: 100000000 -> "100M", 1600 -> "1600".
std::string short_number(std::int64_t number);

std::map<std::string, Scalar, std::less<>> default_parameters(const WorkloadInfo& info);

/// Fills the defaults of `info` and applies "name=value" assignments. Unknown names, wrong
/// types and numbers out of range are usage errors that name the nearest legal choice.
Expected<std::map<std::string, Scalar, std::less<>>> resolve_parameters(
    const WorkloadInfo& info, const std::vector<std::string>& assignments);

/// Whether Parameter::unless holds.
bool means_nothing(const Parameter& parameter, const std::map<std::string, Scalar, std::less<>>& resolved);

/// WorkloadInfo::small as assignments for resolve_parameters().
std::vector<std::string> small_size_of(const WorkloadInfo& info);

/// The candidate most like `text` (Damerau-Levenshtein), or "" when none is close.
std::string nearest(std::string_view text, const std::vector<std::string>& candidates);

/// `"mandelbort" is unknown` + `did you mean "mandelbrot"?`, or the list of what there is.
Error unknown_name(std::string_view kind, std::string_view name, const std::vector<std::string>& candidates);

}  // namespace hpct
