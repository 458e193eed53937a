// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hpct {

/// One level of cache as the machine reports it. In a virtual machine the last level is often
/// the whole host's and shared with strangers: a name for a plateau, not a size to rely on.
struct Cache {
  int level = 0;
  std::string type;  ///< "data", "instruction", "unified"
  std::int64_t bytes = 0;
  int line_bytes = 0;
  int shared_by = 1;  ///< hardware threads that share it
  bool operator==(const Cache&) const = default;
};

struct Cpu {
  std::string model;
  std::string vendor;
  std::string architecture;      ///< x86_64, aarch64
  std::string microcode;         ///< empty when not shown
  std::vector<std::string> isa;  ///< the instruction sets our kernels can use here
  int packages = 0;
  int cores = 0;
  int threads = 0;  ///< hardware threads of the machine
  int usable = 0;   ///< hardware threads this process may run on
  int numa_nodes = 0;
  std::optional<double> mhz;  ///< as an imported file says it; whether nominal or current is its secret
  bool operator==(const Cpu&) const = default;
};

struct Limits {
  std::optional<double> cpu_quota;           ///< cores allowed by the cgroup; empty: no limit
  std::optional<std::int64_t> memory_bytes;  ///< allowed by the cgroup; empty: no limit
  bool operator==(const Limits&) const = default;
};

/// How restless the machine was while nothing was measured. Shares are of the time looked at, as ratios.
struct Noise {
  double seconds = 0;                 ///< how long it was looked at
  double gaps = 0;                    ///< share in gaps above 100 us of a thread that only reads the clock
  double clock_spread = 0;            ///< (largest - smallest) / median of the clock estimates
  std::optional<double> run_delay;    ///< share that this thread waited for a core
  std::optional<double> stolen;       ///< share that the hypervisor gave to others, of all cores
  std::optional<double> other_cores;  ///< cores that other processes kept busy
  double score = 0;                   ///< the largest of the shares
  bool operator==(const Noise&) const = default;
};

/// What the host is and how it was set. Text fields are empty when the system does not say.
struct Machine {
  std::string hostname;
  Cpu cpu;
  std::vector<Cache> caches;
  std::int64_t memory_bytes = 0;
  std::string os;  ///< distribution
  std::string kernel;
  std::string governor;    ///< cpufreq governor
  std::string turbo;       ///< "on", "off"
  std::string hypervisor;  ///< empty on bare metal
  std::string transparent_huge_pages;
  std::string clock;  ///< how regions are timed: "tsc 2300.0 MHz", "clock_gettime"
  std::optional<int> perf_event_paranoid;
  std::string pmu;  ///< "" when counters work, else the reason in words
  Limits limits;
  std::optional<Noise> noise;  ///< before the measurement
  std::string fingerprint;     ///< hash of the facts that decide comparability
  bool operator==(const Machine&) const = default;
};

}  // namespace hpct
