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
                        .numa_nodes = 1,
                        .mhz = 2600};
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
                      .value = roof,
                      .samples = 28,
                      .discarded = 2,
                      .set_bytes = std::int64_t{512} << 20,
                      .plateau = ByteRange{std::int64_t{256} << 20, std::int64_t{1} << 30},
                      .pages = "2 MiB",
                      .clock_hz = 3.1e9}};
  report.machine.noise = Noise{.seconds = 0.1,
                               .gaps = 0.001,
                               .clock_spread = 0.02,
                               .run_delay = 0.0,
                               .stolen = 0.01,
                               .other_cores = 0.5,
                               .score = 0.02};
  Run run;
  run.workload = "1brc";
  run.variant = "avx2";
  run.item = "row";
  run.isa = "avx2";
  run.aside = true;
  run.summary = "eight lines in flight";
  run.facts = {"latency.p99"};
  run.precision = "fp64";
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
                                      .minor_faults = 7,
                                      .clock_before_hz = 3.1e9,
                                      .clock_after_hz = 3.0e9,
                                      .memory_before = 17e9,
                                      .memory_after = 16e9,
                                      .throttled = 8,
                                      .stolen_ns = 9,
                                      .other_cores = 0.25,
                                      .verdict = "host-disturbed"},
                      .iterations = 8}};
  auto cycles = Value::of(1e9, "1", Provenance::scaled, "CPU_CLK_UNHALTED:THREAD_P");
  cycles.running_share = 0.5;
  run.values = {{"time.wall", Value::of(0.25, "s", Provenance::measured)},
                {"cycles", cycles},
                {"instructions", Value::missing("1", MissingReason::no_pmu, "no PMU")},
                {"flops.rate", Value::of(1e9, "flop/s", Provenance::modelled, "work.flops / time.wall")}};
  run.regions = {{.path = "aggregate/chunk",
                  .calls = 3,
                  .threads = {{.thread = 1, .calls = 3, .time_ns = 99}},
                  .samples_ns = {99},
                  .precision = "bf16",
                  .min_ns = 20,
                  .max_ns = 50,
                  .histogram = {0, 0, 0, 0, 0, 1, 2},
                  .file = "aggregate.cpp",
                  .line = 12,
                  .values = {{"time.total", Value::of(99e-9, "s", Provenance::measured)}}}};
  run.instrumentation = Instrumentation{
      .clock = "tsc 2600.0 MHz", .pair_ns = 15.5, .regions = 3, .share = 0.01, .drift = 0.0001};
  run.timeline = TimelineLink{.file = "x.hpct.timeline.json",
                              .events = 3,
                              .dropped = 1,
                              .threads = {{.thread = 1,
                                           .name = "worker",
                                           .process = 77,
                                           .events = 3,
                                           .dropped = 1,
                                           .first_drop_ns = 100,
                                           .last_drop_ns = 150}}};
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
  run.simulation = Simulation{.tool = "valgrind-3.19.0 callgrind",
                              .path = "/usr/bin/valgrind",
                              .environment = "0123456789abcdef",
                              .isa = "avx2",
                              .threads = 1,
                              .parameters = {{"rows", std::int64_t{10}}, {"stations", "413"}},
                              .seconds = 1.5};
  report.runs = {run};
  report.warnings = {"the machine was busy"};
  report.certificate = {{.counter = "flops.dp",
                         .event = "FP_ARITH_INST_RETIRED:SCALAR_DOUBLE",
                         .kernel = "scalar add",
                         .expected = 400'000,
                         .measured = 800'000,
                         .tolerance = 0.02,
                         .ok = false}};
  return report;
}

}  // namespace hpct
