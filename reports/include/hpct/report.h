// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/machine_facts.h>
#include <hpct/timeline.h>
#include <hpct/value.h>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hpct {

/// The newest report format this library writes, and the newest it reads.
inline constexpr int kSchemaVersion = 1;

using ValueMap = std::map<std::string, Value, std::less<>>;
using Scalar = std::variant<std::int64_t, double, std::string>;  ///< a workload parameter

/// The program that wrote the report.
struct Tool {
  std::string name = "hpct-prof";
  std::string version;
  std::string commit;    ///< git commit, "-dirty" appended when the tree was changed
  std::string compiler;  ///< name and version
  std::string flags;     ///< optimisation and architecture flags of the baseline code
  std::string build_type;
  bool operator==(const Tool&) const = default;
};

/// The directory the user was in: what was measured, as far as git can tell.
struct SourceTree {
  std::string directory;
  std::string commit;  ///< empty outside a git work tree
  bool dirty = false;
  bool operator==(const SourceTree&) const = default;
};

/// Sizes from `low` to `high`, in bytes.
struct ByteRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool operator==(const ByteRange&) const = default;
};

/// One measured limit of the machine. A roof is a band and not a line: `value` holds the median of the
/// samples, with p10..p95 as its interval.
struct Ceiling {
  std::string id;     ///< "dram.load", "l2.triad", "fma.fp32", "dot.int8"
  std::string kind;   ///< "bandwidth" (B/s) or "compute" (flop/s; op/s for integers)
  std::string level;  ///< L1, L2, L3, DRAM; empty for compute
  std::string isa;    ///< the instruction set the kernel used
  int threads = 1;
  std::string convention;  ///< what counts as a byte or a flop here
  Value value;
  int samples = 0;             ///< kept: the clock was the same before and after
  int discarded = 0;           ///< samples during which the clock changed
  std::int64_t set_bytes = 0;  ///< working set of one thread; 0 for compute
  std::optional<ByteRange>
      plateau{};        ///< sets loaded equally fast, `set_bytes` in their middle; empty: assumed
  std::string pages{};  ///< "huge", "4 KiB"; empty for compute
  std::optional<double> clock_hz{};  ///< median estimate during the samples
  bool operator==(const Ceiling&) const = default;
};

/// Was the result right? Asked on every run; a wrong result is never a time.
struct Check {
  bool ok = false;
  std::string reference;  ///< what it was compared with
  std::string message;    ///< what differs, when it does
  bool operator==(const Check&) const = default;
};

/// What else happened on the machine during one repetition. What was not looked at is empty: probes
/// would take too long beside a short repetition.
struct Disturbance {
  std::optional<std::int64_t> run_delay_ns;  ///< time the threads waited for a core
  std::int64_t involuntary_switches = 0;
  std::int64_t voluntary_switches = 0;
  std::int64_t major_faults = 0;
  std::int64_t minor_faults = 0;
  std::optional<double> clock_before_hz{};  ///< estimate from a chain of multiplications
  std::optional<double> clock_after_hz{};
  std::optional<double> memory_before{};  ///< B/s that one thread loaded from outside its caches
  std::optional<double> memory_after{};
  std::optional<std::int64_t> throttled{};  ///< times the CPU slowed down because it was too hot
  std::optional<std::int64_t> stolen_ns{};  ///< the hypervisor ran somebody else, all cores together
  std::optional<double> other_cores{};      ///< cores that other processes kept busy
  std::string verdict{};                    ///< "quiet", "disturbed", "host-disturbed"; empty: not judged
  bool operator==(const Disturbance&) const = default;
};

/// One measured call, or a number of calls timed together because one is too short for the clock.
struct Repetition {
  std::int64_t wall_ns = 0;
  std::int64_t cpu_ns = 0;                      ///< user + system time of all threads
  Disturbance disturbance;                      ///< left out of the file when nothing is known about it
  std::optional<std::int64_t> iterations = {};  ///< calls that the numbers above are the sums of; empty: one
  bool operator==(const Repetition&) const = default;

  /// Wall time of one call. The values of a run ("time.wall", "instructions") are per call too.
  [[nodiscard]] double wall_s() const {
    const auto calls = iterations.value_or(1);
    return static_cast<double>(wall_ns) * 1e-9 / static_cast<double>(calls > 0 ? calls : 1);
  }
};

/// One thread's part of a region, in the shown repetition.
struct ThreadShare {
  int thread = 0;
  std::int64_t calls = 0;
  std::int64_t time_ns = 0;
  bool operator==(const ThreadShare&) const = default;
};

/// A named part of a run, summed over its calls in the shown repetition
/// (the repetition whose wall time is nearest to the median).
struct Region {
  std::string path;  ///< "decode/attention": names from the outermost region inwards
  std::int64_t calls = 0;
  std::vector<ThreadShare> threads;
  std::vector<std::int64_t> samples_ns;     ///< elapsed time (slowest thread), one per repetition
  std::string precision = {};               ///< of its flops; empty: the run's
  std::optional<std::int64_t> min_ns = {};  ///< the shortest call
  std::optional<std::int64_t> max_ns = {};  ///< the longest call
  std::vector<std::int64_t> histogram =
      {};                 ///< calls by duration: [k] counts those below 2^k ns, not below 2^(k-1)
  std::string file = {};  ///< where it stands in the source, as the compiler named it
  int line = 0;
  ValueMap values;
  bool operator==(const Region&) const = default;
};

/// Where the events are; the file lies beside the report.
struct TimelineLink {
  std::string file;
  std::int64_t events = 0;
  std::int64_t dropped = 0;  ///< > 0: the timeline is incomplete; the sums by region are not
  std::vector<TimelineThread> threads = {};
  bool operator==(const TimelineLink&) const = default;
};

/// How `ir_sim` was counted: one repetition on a simulated CPU, in an environment that is the same each time.
/// Two counts say something about each other only when all fields but `seconds` are equal.
struct Simulation {
  std::string tool;         ///< "valgrind-3.19.0 callgrind"
  std::string path;         ///< the program that simulated
  std::string environment;  ///< hash of everything around the program that moves the count
  std::string isa;  ///< the instruction set that the simulated CPU ran; empty: the program's own choice
  int threads = 1;  ///< 0: as many as the program started
  std::map<std::string, Scalar, std::less<>> parameters;  ///< the reduced ones
  double seconds = 0;                                     ///< what it took; never part of a time
  bool operator==(const Simulation&) const = default;
};

/// What the regions of the shown repetition cost themselves.
struct Instrumentation {
  std::string clock;            ///< "tsc 2600.0 MHz", "tsc_fenced 2600.0 MHz", "clock_gettime"
  double pair_ns = 0;           ///< begin and end of one region, measured after the run
  std::int64_t regions = 0;     ///< calls, recorded or dropped
  double share = 0;             ///< of the busiest thread: its regions * pair_ns / wall time
  std::optional<double> drift;  ///< of the clock's rate during the run, where it is too large to be ignored
  bool operator==(const Instrumentation&) const = default;
};

/// A function that the compiler put into another one: how many of the other's samples fell there, or into
/// what was put into it in turn.
struct InlinedFunction {
  std::string name;
  std::int64_t self = 0;
  bool operator==(const InlinedFunction&) const = default;
};

/// A function in which samples fell.
struct HotFunction {
  std::string name;                      ///< demangled; "[app+0x1234]" where there is no symbol
  std::string module;                    ///< name of the program's or library's file, "[kernel]"
  std::string file;                      ///< source file; empty without debug information
  int line = 0;                          ///< the line with most samples; 0 without debug information
  std::int64_t self = 0;                 ///< samples in it, functions inlined into it included
  std::int64_t total = 0;                ///< samples in it or in what it called
  std::vector<InlinedFunction> inlined;  ///< the largest few, largest first
  bool operator==(const HotFunction&) const = default;
};

/// Where the CPU time of a run went, by sampling, summed over its repetitions. Sampled time, and nothing
/// else: it knows no instructions and no misses.
struct Profile {
  Value rate;         ///< samples per second of CPU time; missing with the reason when nothing was sampled
  Value cost_share;   ///< what sampling took of the run's CPU time
  std::string event;  ///< "cycles", "cpu-clock"; what every period of it takes a sample
  std::string call_graph;  ///< "fp" or "dwarf": how callers were found
  std::int64_t samples = 0;
  std::int64_t lost = 0;               ///< samples the kernel found no room for
  double effective_samples = 0;        ///< independent ones: threads that work in step count as one
  std::int64_t complete_stacks = 0;    ///< samples whose call chain reached the start of their thread
  std::vector<HotFunction> functions;  ///< most samples of their own first
  std::int64_t other_self = 0;         ///< samples in functions that are not listed
  std::string stacks;                  ///< the file of collapsed call stacks, beside the report
  bool operator==(const Profile&) const = default;
};

/// One thread of the program or of its children, in the last repetition.
struct ThreadUsage {
  std::int64_t process = 0;  ///< its number at the time
  std::int64_t thread = 0;
  std::string name;
  std::int64_t cpu_ns = 0;
  std::optional<std::int64_t> run_delay_ns;  ///< ready to run, and waiting for a core
  bool exact = false;  ///< cpu_ns is the kernel's final count; else what was last seen of a thread that ended
  int others = 0;      ///< no thread: so many that did not fit in the list, together
  bool operator==(const ThreadUsage&) const = default;
};

/// One workload variant, or one program, measured some number of times.
struct Run {
  std::string workload;
  std::string variant;
  std::string role =
      "workload";             ///< "workload", "ceiling", "program", "benchmark" (timed by Google Benchmark)
  std::string item = "item";  ///< what throughput counts: row, pixel, token
  std::string isa;            ///< the instruction set that really ran
  bool aside = false;         ///< beside the ladder of its workload: computes something else than the rungs
  std::string summary{};      ///< what the variant does, in half a sentence
  std::string precision;      ///< of its flops: "fp64", "fp32", ..; empty: not known, taken as fp32
  std::map<std::string, Scalar, std::less<>> parameters;
  std::string label;  ///< free text of a benchmark's author; not an identity
  int threads = 1;
  Check check;
  std::vector<Repetition> repetitions;
  ValueMap values;
  std::vector<std::string> facts{};  ///< names of those values that the workload itself found out
  std::vector<Region> regions;
  std::optional<Instrumentation> instrumentation;  ///< of runs with regions
  std::optional<TimelineLink> timeline;
  std::optional<Profile> profile;  ///< empty: nobody asked for samples
  std::vector<ThreadUsage>
      thread_usage;                ///< of a program: those with most CPU time, in order of their numbers
  std::optional<int> exit_status;  ///< of the user's own program
  std::optional<Simulation> simulation;
  bool operator==(const Run&) const = default;
};

/// What one hardware counter made of work of exactly known size.
struct CertificateEntry {
  std::string counter;  ///< "flops.dp"
  std::string event;    ///< the native events behind it
  std::string kernel;   ///< "512 bit multiply-add"
  double expected = 0;
  double measured = 0;
  double tolerance = 0;  ///< how far measured / expected may be from 1
  bool ok = false;
  bool operator==(const CertificateEntry&) const = default;
};

/// Everything about one measurement except the events themselves.
struct Report {
  int schema_version = kSchemaVersion;
  Tool tool;
  std::vector<std::string> command;
  std::string created;  ///< UTC, ISO 8601
  SourceTree source;
  Machine machine;
  std::vector<Ceiling> ceilings;
  std::vector<Run> runs;
  std::vector<std::string> warnings;
  std::vector<CertificateEntry> certificate;  ///< empty: no counter was tried on known work
  bool operator==(const Report&) const = default;
};

}  // namespace hpct
