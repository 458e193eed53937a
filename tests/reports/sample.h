// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

namespace hpct {

/// A report with every field of the format in use.
inline Report full_report() {
  Report report;
  report.tool = {.name = "hpct-prof",
                 .version = "0.1.0",
                 .commit = "abc-dirty",
                 .compiler = "GNU 12.2.0",
                 .flags = "-O3",
                 .build_type = "Release"};
  report.command = {"hpct-prof", "run", "1brc"};
  report.created = "2026-01-02T03:04:05Z";
  report.source = {.directory = "/home/u/app", .commit = "def", .dirty = true};
  report.machine.hostname = "node1";
  report.machine.cpu = {.model = "Some CPU",
                        .vendor = "Some",
                        .architecture = "x86_64",
                        .microcode = "0x1",
                        .isa = {"baseline", "avx2"},
                        .packages = 1,
                        .cores = 2,
                        .threads = 4,
                        .usable = 2,
                        .numa_nodes = 1};
  report.machine.caches = {{.level = 1, .type = "data", .bytes = 49152, .line_bytes = 64, .shared_by = 2}};
  report.machine.memory_bytes = 25'000'000'000;
  report.machine.perf_event_paranoid = 2;
  report.machine.pmu = "this machine shows no PMU";
  report.machine.limits = {.cpu_quota = 1.5, .memory_bytes = 8'000'000'000};
  report.machine.fingerprint = "0123456789abcdef";
  auto roof = Value::of(33e9, "B/s", Provenance::measured);
  roof.interval = Interval{32e9, 34e9};
  report.ceilings = {{.id = "dram.load",
                      .kind = "bandwidth",
                      .level = "DRAM",
                      .isa = "avx512",
                      .threads = 2,
                      .convention = "bytes loaded",
                      .value = roof}};
  Run run;
  run.workload = "1brc";
  run.variant = "avx2";
  run.item = "row";
  run.isa = "avx2";
  run.parameters = {{"rows", std::int64_t{100}}, {"sigma", 2.5}, {"stations", "413"}};
  run.label = "cold \"cache\"";
  run.threads = 2;
  run.check = {.ok = true, .reference = "brute force", .message = ""};
  run.repetitions = {{.wall_ns = 9'007'199'254'740'993,
                      .cpu_ns = 2,
                      .disturbance = {.run_delay_ns = 3,
                                      .involuntary_switches = 4,
                                      .voluntary_switches = 5,
                                      .major_faults = 6,
                                      .minor_faults = 7},
                      .iterations = 8}};
  run.values = {{"time.wall", Value::of(0.25, "s", Provenance::measured)},
                {"instructions", Value::missing("1", MissingReason::no_pmu, "no PMU")},
                {"flops.rate", Value::of(1e9, "flop/s", Provenance::modelled, "work.flops / time.wall")}};
  run.regions = {{.path = "aggregate/chunk",
                  .calls = 3,
                  .threads = {{.thread = 1, .calls = 3, .time_ns = 99}},
                  .samples_ns = {99},
                  .values = {{"time.total", Value::of(99e-9, "s", Provenance::measured)}}}};
  run.timeline = TimelineLink{.file = "x.hpct.timeline.json", .events = 3, .dropped = 1};
  run.profile = Profile{.rate = Value::of(998, "Hz", Provenance::sampled),
                        .cost_share = Value::of(1.5, "%", Provenance::sampled),
                        .event = "cpu-clock",
                        .call_graph = "fp",
                        .samples = 100,
                        .lost = 1,
                        .effective_samples = 50.5,
                        .complete_stacks = 90,
                        .functions = {{.name = "f(int)",
                                       .module = "app",
                                       .file = "f.cpp",
                                       .line = 7,
                                       .self = 60,
                                       .total = 80,
                                       .inlined = {{.name = "g()", .self = 20}}}},
                        .other_self = 40,
                        .stacks = "x.hpct.stacks.txt"};
  run.thread_usage = {
      {.process = 10, .thread = 11, .name = "worker", .cpu_ns = 12, .run_delay_ns = 13, .exact = true}};
  run.exit_status = 0;
  report.runs = {run};
  report.warnings = {"the machine was busy"};
  return report;
}

}  // namespace hpct
