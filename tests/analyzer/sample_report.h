// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "tests/sample_runs.h"

// A synthetic report with known truths: a ladder, an unbalanced run, a memory-bound one with
// regions, and roofs for one and two threads.
namespace hpct::sample {

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
