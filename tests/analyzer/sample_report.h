// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "reports/statistics.h"

// A synthetic report with known truths: a ladder, an unbalanced run, a memory-bound one with
// regions, and roofs for one and two threads.
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

inline Region region_of(std::string path, std::vector<double> thread_seconds, std::int64_t calls = 1) {
  Region region;
  region.path = std::move(path);
  double slowest = 0;
  double total = 0;
  for (std::size_t i = 0; i < thread_seconds.size(); ++i) {
    const double seconds = thread_seconds[i];
    region.threads.push_back(
        {.thread = static_cast<int>(i), .calls = calls, .time_ns = std::llround(seconds * 1e9)});
    slowest = std::max(slowest, seconds);
    total += seconds;
    region.calls += calls;
  }
  region.samples_ns = samples(slowest);
  region.values["time.wall"] = measured(slowest, "s");
  region.values["time.total"] = measured(total, "s");
  return region;
}

inline Run mandelbrot(std::string variant, std::string isa, int threads, double seconds,
                      std::vector<double> thread_seconds) {
  auto run = run_of("mandelbrot", std::move(variant), std::move(isa), threads, seconds);
  run.item = "pixel";
  run.parameters = {{"view", std::int64_t{1}}};
  run.values["work.items"] = Value::of(1.92e6, "pixel", Provenance::counted);
  set_work(run.values, 2.4e9, 0, 7.68e6);
  run.regions = {region_of("rows", std::move(thread_seconds), 600)};
  return run;
}

/// One decode step: two thirds of the time under the DRAM roof, the rest below it.
inline Run qwen() {
  auto run = run_of("qwen-decode", "bf16", "avx512", 2, 0.036);
  run.item = "token";
  run.parameters = {{"model", "0.5B"}, {"context", std::int64_t{128}}};
  run.values["work.items"] = Value::of(1, "token", Provenance::counted);
  set_work(run.values, 1.0e9, 0.99e9, 0.2e6);
  auto mlp = region_of("decode/mlp", {0.020, 0.0198}, 24);
  set_work(mlp.values, 0.6e9, 0.60e9, 0.1e6);
  auto head = region_of("decode/lm_head", {0.010, 0.0099});
  set_work(head.values, 0.27e9, 0.27e9, 0.6e6);
  auto attention = region_of("decode/attention", {0.005, 0.0049}, 24);
  set_work(attention.values, 0.12e9, 0.06e9, 0.05e6);
  run.regions = {region_of("decode", {0.036, 0.036}), mlp, head, attention};
  return run;
}

inline Report report() {
  Report report;
  report.tool = {.name = "hpct-prof",
                 .version = "0.1.0",
                 .commit = "abc1234",
                 .compiler = "GNU 12.2.0",
                 .flags = "-O3 -march=x86-64-v2",
                 .build_type = "Release"};
  report.command = {"hpct-prof", "run", "1brc", "--variant", "all"};
  report.created = "2026-01-02T03:04:05Z";
  report.machine.hostname = "node1";
  report.machine.cpu.model = "Example CPU 9000";
  report.machine.cpu.architecture = "x86_64";
  report.machine.cpu.isa = {"baseline", "avx2", "avx512"};
  report.machine.cpu.packages = 1;
  report.machine.cpu.cores = 2;
  report.machine.cpu.threads = 2;
  report.machine.cpu.usable = 2;
  report.machine.memory_bytes = 25'000'000'000;
  report.machine.os = "Debian GNU/Linux 12";
  report.machine.kernel = "6.1.0";
  report.machine.hypervisor = "kvm";
  report.machine.pmu = "this virtual machine shows no PMU";
  report.machine.fingerprint = "0123456789abcdef";
  report.ceilings = roofs();
  report.runs = {onebrc("naive", "baseline", 1, 10.0),
                 onebrc("swar", "baseline", 1, 1.0),
                 onebrc("avx512-threads", "avx512", 2, 0.05),
                 mandelbrot("serial", "baseline", 1, 0.4, {0.4}),
                 mandelbrot("block-rows", "avx512", 2, 0.038, {0.020, 0.038}),
                 mandelbrot("dynamic", "avx512", 2, 0.0295, {0.029, 0.0288}),
                 qwen()};
  report.runs[0].summary = "one line at a time";
  report.runs[1].summary = "eight bytes at a time, numbers without branches";
  return report;
}

}  // namespace hpct::sample
