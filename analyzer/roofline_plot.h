// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/render.h"

namespace hpct {

inline constexpr std::string_view kHollow = "○";
inline constexpr std::string_view kSolid = "●";

/// Solid for what hardware counted, hollow for what rests on a formula or a simulation.
std::string point_marker(const RooflinePoint& point);

/// "a", "b", .. "z", then "A" .. "Z", then "+".
std::string point_letter(std::size_t index);

/// The chart: flop/s over flop/B, both logarithmic; the roofs of the thread count that most points
/// have, memory roofs as slopes and compute roofs as levels, and every drawable point with
/// its letter. Empty when there is no point to draw.
std::string roofline_plot(const Roofline& roofline, const RenderOptions& options);

}  // namespace hpct
