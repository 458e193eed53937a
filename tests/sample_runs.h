// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "reports/statistics.h"

// What reports made by hand are made of: values, roofs, runs.
namespace hpct::sample {

inline Value measured(double number, std::string unit) {
  return Value::of(number, std::move(unit), Provenance::measured);
}
inline Value modelled(double number, std::string unit) {
  return Value::of(number, std::move(unit), Provenance::modelled);
}

inline Ceiling roof(std::string id, std::string level, std::string isa, int threads, double height) {
  const bool compute = level.empty();
  return {.id = std::move(id),
          .kind = compute ? "compute" : "bandwidth",
          .level = std::move(level),
          .isa = std::move(isa),
          .threads = threads,
          .convention = compute ? "an FMA is 2 flop" : "bytes loaded",
          .value = measured(height, compute ? "flop/s" : "B/s")};
}

/// Two threads have exactly twice the roofs of one; avx512 twice those of avx2.
inline std::vector<Ceiling> roofs() {
  std::vector<Ceiling> list;
  for (const int threads : {1, 2}) {
    list.push_back(roof("dram.load", "DRAM", "avx512", threads, 16e9 * threads));
    list.push_back(roof("l3.load", "L3", "avx512", threads, 30e9 * threads));
    list.push_back(roof("l2.load", "L2", "avx512", threads, 100e9 * threads));
    list.push_back(roof("l1.load", "L1", "avx512", threads, 300e9 * threads));
    list.push_back(roof("fma.fp32", "", "baseline", threads, 24e9 * threads));
    list.push_back(roof("fma.fp32", "", "avx2", threads, 90e9 * threads));
    list.push_back(roof("fma.fp32", "", "avx512", threads, 180e9 * threads));
    list.push_back(roof("fma.fp64", "", "avx512", threads, 90e9 * threads));
  }
  return list;
}

/// `count` wall times spread evenly within +-`spread` of `seconds`, in a shuffled but fixed order:
/// their median is `seconds`.
inline std::vector<std::int64_t> samples(double seconds, int count = 10, double spread = 0.01) {
  std::vector<std::int64_t> list;
  for (int i = 0; i < count; ++i) {
    const double place = count == 1 ? 0 : 2.0 * ((i * 7) % count) / (count - 1) - 1;
    list.push_back(std::llround(seconds * (1 + spread * place) * 1e9));
  }
  return list;
}

/// Time values and repetitions of a run whose threads are busy all the time.
inline void set_time(Run& run, double seconds, int count = 10, double spread = 0.01) {
  run.repetitions.clear();
  std::vector<double> walls;
  for (const auto wall : samples(seconds, count, spread)) {
    run.repetitions.push_back(
        {.wall_ns = wall, .cpu_ns = wall * run.threads, .disturbance = {.run_delay_ns = 0}});
    walls.push_back(static_cast<double>(wall) * 1e-9);
  }
  auto wall = measured(median(walls), "s");
  wall.interval = median_interval(walls);
  run.values["time.wall"] = wall;
  run.values["time.cpu"] = measured(median(walls) * run.threads, "s");
}

inline Run run_of(std::string workload, std::string variant, std::string isa, int threads, double seconds) {
  Run run;
  run.workload = std::move(workload);
  run.variant = std::move(variant);
  run.isa = std::move(isa);
  run.threads = threads;
  run.check = {.ok = true, .reference = "reference", .message = ""};
  set_time(run, seconds);
  run.values["instructions"] =
      Value::missing("1", MissingReason::no_pmu, "this virtual machine shows no PMU");
  return run;
}

inline void set_work(ValueMap& values, double flops, double read, double written) {
  values["work.flops"] = modelled(flops, "flop");
  values["work.bytes_read"] = modelled(read, "B");
  values["work.bytes_written"] = modelled(written, "B");
}

/// 100 million rows, 1.38 GB, no arithmetic worth the name.
inline Run onebrc(std::string variant, std::string isa, int threads, double seconds) {
  auto run = run_of("1brc", std::move(variant), std::move(isa), threads, seconds);
  run.item = "row";
  run.parameters = {{"rows", std::int64_t{100'000'000}}, {"stations", "413"}};
  run.values["work.items"] = Value::of(1e8, "row", Provenance::counted);
  run.values["work.flops"] =
      Value::missing("flop", MissingReason::not_declared, "1brc has no floating-point work");
  run.values["work.bytes_read"] = modelled(1.38e9, "B");
  run.values["work.bytes_written"] = modelled(0, "B");
  return run;
}

}  // namespace hpct::sample
