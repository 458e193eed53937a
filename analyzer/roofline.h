// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpct {

/// From this share on the roof explains most of the time: removing everything else would gain
/// less than a factor of 1.7.
inline constexpr double kNearRoof = 0.6;

/// The roof that limits a point, and how far below it the point is.
struct BindingRoof {
  const Ceiling* ceiling = nullptr;  ///< points into the report
  Value attainable;                  ///< the roof's height at this intensity: flop/s, or B/s without flops
  Value share;                       ///< achieved / attainable, unit "%" as a ratio (0.85)
  bool reached = false;              ///< inside the roof's band, or above it
};

/// Picks the roof for a run or region with these metrics ("flops.rate", "bytes.rate",
/// "intensity"), for its instruction set and thread count: the lower of the compute roof and
/// the slowest memory roof that the traffic does not already exceed (data that comes faster
/// than DRAM delivers comes from a cache). Empty ceiling, with the reason in `share`, when
/// the report has no fitting roof.
///
/// Compute roofs must be of the run's instruction set and of `precision` ("fp64", "fp32", ..; empty: fp32).
/// A memory level without a roof of that
/// instruction set borrows the fastest one measured: the share can only come out too low.
BindingRoof binding_roof(const Report& report, const Run& run, const ValueMap& values,
                         std::string_view precision = {});

/// The same for one kind of roof only, "bandwidth" or "compute", whether it is the one that limits or not.
BindingRoof roof_of_kind(const Report& report, const Run& run, std::string_view kind);

/// In what the flops of a run, or of one of its regions, are done.
std::string_view precision_of(const Run& run, const Region* region = nullptr);

/// Does the region say how many flops or bytes are its own? Those that only group others do not.
bool declares_work(const Region& region);

/// "DRAM", "DRAM copy" or "FP32 avx512": what people call the roof.
std::string roof_name(const Ceiling& ceiling);
/// The same without the instruction set: "FP32", "L3 copy"; for a table that has a column of those.
/// What an instruction set adds special arithmetic to: "avx512" for "avx512_vnni", and for "amx", which
/// multiplies tiles and leaves all else to it; itself for one that is no extension.
std::string_view extended_isa(std::string_view isa);

std::string roof_name_without_isa(const Ceiling& ceiling);

/// One dot of the roofline chart.
struct RooflinePoint {
  std::string label;  ///< "avx512" or "decode/lm_head"
  std::string workload;
  std::string variant;
  std::string region;  ///< empty for the whole run
  std::string isa;     ///< of the run: with `threads` it tells which roofs are above this dot
  int threads = 1;
  Value intensity;   ///< flop/B
  Value rate;        ///< flop/s
  Value bytes_rate;  ///< B/s: all there is to judge when a point has no flops
  Value roof_share;
  std::string roof;               ///< roof_name() of the binding roof, empty when there is none
  bool at_roof = false;           ///< inside the band of that roof, or above it
  std::string compute_roof = {};  ///< id of the compute roof above it ("fma.fp64"), empty when there is none
  double weight = 1;              ///< share of the run's time
};

/// Dots that can be drawn (both coordinates known and above zero: the axes are logarithmic)
/// and, apart, those that cannot; their missing values say why. Ceiling runs and regions without
/// work of their own are no dots.
struct Roofline {
  std::vector<Ceiling> roofs;
  std::vector<RooflinePoint> points;
  std::vector<RooflinePoint> undrawable;
};

/// `report` must have its metrics.
Roofline roofline_of(const Report& report);

}  // namespace hpct
