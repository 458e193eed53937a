// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <hpct/timeline.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/analysis.h"
#include "tests/sample_runs.h"

// Reports made by hand: a ladder of two workloads with roofs, regions and a timeline.
namespace hpct::sample {

inline Region region_of(std::string path, std::vector<double> thread_seconds, double flops, double bytes) {
  Region region;
  region.path = std::move(path);
  region.calls = 24;
  double slowest = 0;
  for (std::size_t i = 0; i < thread_seconds.size(); ++i) {
    region.threads.push_back(
        {.thread = static_cast<int>(i), .calls = 12, .time_ns = std::llround(thread_seconds[i] * 1e9)});
    slowest = std::max(slowest, thread_seconds[i]);
  }
  for (int i = 0; i < 10; ++i) region.samples_ns.push_back(std::llround(slowest * 1e9 * (1 + 0.002 * i)));
  region.values["time.wall"] = measured(slowest, "s");
  if (flops > 0) set_work(region.values, flops, bytes, 0);
  return region;
}

inline Run mandelbrot(std::string variant, std::string isa, int threads, std::vector<double> thread_seconds) {
  const double seconds = *std::max_element(thread_seconds.begin(), thread_seconds.end());
  auto run = run_of("mandelbrot", std::move(variant), std::move(isa), threads, seconds);
  run.item = "pixel";
  run.values["work.items"] = Value::of(1.92e6, "pixel", Provenance::counted);
  set_work(run.values, 2.4e9, 7.68e6, 0);
  run.regions = {region_of("rows", std::move(thread_seconds), 2.4e9, 7.68e6)};
  return run;
}

inline Run qwen(double factor) {
  auto run = run_of("qwen-decode", "bf16", "avx512", 2, 0.036 * factor);
  run.item = "token";
  run.parameters = {{"model", "0.5B"}};
  run.values["work.items"] = Value::of(1, "token", Provenance::counted);
  set_work(run.values, 1.0e9, 0.99e9, 0);
  run.regions = {region_of("decode", {0.036 * factor, 0.0359 * factor}, 0, 0),
                 region_of("decode/mlp", {0.020 * factor, 0.0198 * factor}, 0.6e9, 0.6e9),
                 region_of("decode/lm_head", {0.010 * factor, 0.0099 * factor}, 0.27e9, 0.27e9),
                 region_of("decode/attention", {0.005, 0.0049}, 0.12e9, 0.06e9)};
  return run;
}

/// `factor` scales the time of the decode step: a candidate that is slower or faster.
inline Report report(double factor = 1) {
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
  report.machine.cpu = {.model = "Example CPU 9000",
                        .vendor = "Example",
                        .architecture = "x86_64",
                        .microcode = "",
                        .isa = {"baseline", "avx2", "avx512"},
                        .packages = 1,
                        .cores = 2,
                        .threads = 2,
                        .usable = 2,
                        .numa_nodes = 1,
                        .mhz = {}};
  report.machine.caches = {
      {.level = 1, .type = "data", .bytes = 49152, .line_bytes = 64, .shared_by = 2},
      {.level = 2, .type = "unified", .bytes = 2097152, .line_bytes = 64, .shared_by = 2}};
  report.machine.memory_bytes = 25'000'000'000;
  report.machine.os = "Debian GNU/Linux 12";
  report.machine.kernel = "6.1.0";
  report.machine.hypervisor = "kvm";
  report.machine.pmu = "this virtual machine shows no PMU";
  report.machine.fingerprint = "0123456789abcdef";
  report.ceilings = roofs();
  report.warnings = {"the machine was busy: load 2.4 on 2 cores"};
  report.runs = {onebrc("naive", "baseline", 1, 10.0),
                 onebrc("avx512-threads", "avx512", 2, 0.05),
                 mandelbrot("serial", "baseline", 1, {0.4}),
                 mandelbrot("block-rows", "avx512", 2, {0.020, 0.038}),
                 mandelbrot("dynamic", "avx512", 2, {0.029 / factor, 0.0288 / factor}),
                 qwen(factor)};
  return report;
}

/// The same runs with nothing known of them: every value missing.
inline Report all_missing() {
  auto report = sample::report();
  const auto forget = [](ValueMap& values) {
    for (auto& [name, value] : values)
      value = Value::missing(value.unit, MissingReason::permission, "not allowed here");
  };
  for (auto& ceiling : report.ceilings)
    ceiling.value = Value::missing(ceiling.value.unit, MissingReason::too_few, "no repetition finished");
  for (auto& run : report.runs) {
    run.repetitions.clear();
    forget(run.values);
    for (auto& region : run.regions) {
      region.threads.clear();
      forget(region.values);
    }
  }
  return report;
}

inline std::shared_ptr<const Analysis> analysed(Report report) {
  return std::make_shared<const Analysis>(analyze(std::move(report)));
}

/// `events` spans of four names on `threads` threads with one level of nesting; lengths vary.
inline Timeline timeline(std::string workload, std::string variant, int threads, int events) {
  Timeline result{
      std::move(workload), std::move(variant), {"decode", "attention", "mlp", "lm_head", "norm"}, {}, {}, 0};
  for (int thread = 0; thread < threads; ++thread) {
    TimelineTrack outer{0, 0, thread, 0, {}, {}, {}};
    TimelineTrack inner{0, 0, thread, 1, {}, {}, {}};
    std::int64_t now = 1000 * (thread + 1);
    for (int i = 0; i < events; ++i) {
      const std::int64_t length = 20'000 + 7'919LL * ((i * 31 + thread * 17) % 23);
      inner.start_ns.push_back(now);
      inner.duration_ns.push_back(length);
      inner.name.push_back(static_cast<std::uint32_t>(1 + i % 4));
      now += length + 3'000 * (i % 3);
    }
    outer.start_ns = {500};
    outer.duration_ns = {now};
    outer.name = {0};
    result.tracks.push_back(std::move(outer));
    result.tracks.push_back(std::move(inner));
  }
  return result;
}

/// One per run of report(), as a report's timeline file has them.
inline std::vector<Timeline> timelines(const Report& report) {
  std::vector<Timeline> list;
  for (const auto& run : report.runs)
    list.push_back(run.workload == "qwen-decode" ? timeline(run.workload, run.variant, 2, 200)
                                                 : Timeline{run.workload, run.variant, {}, {}, {}, 0});
  return list;
}

}  // namespace hpct::sample
