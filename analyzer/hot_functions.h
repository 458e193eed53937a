// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <string>

namespace hpct {

/// The share of a profile's samples, `samples` of them, with its 95 % interval; missing without samples.
Value sample_share(const Profile& profile, std::int64_t samples);

/// "heavy 74 %, light 24 %": the first few functions by their own time; empty without samples.
std::string hottest_text(const Profile& profile, std::size_t count);

/// Most call chains ended before the start of their thread, so that totals cannot be trusted.
bool has_short_chains(const Profile& profile);

}  // namespace hpct
