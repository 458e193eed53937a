// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpct {

/// One event of a CPU and what it contributes to a metric.
struct NativeEvent {
  std::string name;  ///< as libpfm4 spells it: "FP_ARITH_INST_RETIRED:SCALAR_DOUBLE"
  std::string raw;   ///< "0x1c7" for the kernel's raw event; "event=0x05,umask=0xcf" outside the core
  double weight = 1;
  bool raw_only = false;  ///< libpfm4 does not know the name, or encodes it wrongly: never ask it
  bool operator==(const NativeEvent&) const = default;

  /// `raw` as the number to configure; empty when it is none.
  [[nodiscard]] std::optional<std::uint64_t> code() const;
};

/// How a core delivers one metric: scale * sum(weight * event) / sum(weight * event of `per`).
/// Where it cannot, `missing` says why and there are no events.
struct MetricEvents {
  std::vector<NativeEvent> events;
  std::vector<NativeEvent> per;  ///< empty: the metric is a plain sum
  double scale = 1;
  std::string sum_over;  ///< "uncore_imc_*": the kernel's PMUs outside the core, all of them added up
  std::string note;      ///< what to know when reading the number
  std::string missing;   ///< one sentence
  bool operator==(const MetricEvents&) const = default;
};

/// The CPUs a map is for, in the words of /proc/cpuinfo: vendor_id, cpu family and model on x86; CPU
/// implementer, CPU architecture and CPU part on Arm.
struct CpuModels {
  std::string vendor;
  int family = 0;
  std::vector<std::string> models;  ///< "143", "0xd0c", "0x10-0x1f"
  bool operator==(const CpuModels&) const = default;

  [[nodiscard]] bool include(std::string_view cpu_vendor, int cpu_family, int cpu_model) const;
};

/// Which events of one core make the metrics of a report. Data: one JSON file per core.
struct EventMap {
  std::string core;   ///< "intel_spr": the file's stem
  std::string title;  ///< "Intel Sapphire Rapids"
  std::vector<CpuModels> cpus;
  std::vector<std::string> libpfm;   ///< libpfm4's tables that must know the names; empty: none does yet
  std::vector<std::string> sources;  ///< where the facts are published
  std::map<std::string, MetricEvents, std::less<>> metrics;
};

/// Reads a map; `name` is used in messages. Errors: bad_file.
Expected<EventMap> parse_event_map(std::string_view json, const std::string& name);

/// "FP_ARITH_INST_RETIRED:SCALAR_DOUBLE + 2 * FP_ARITH_INST_RETIRED:128B_PACKED_DOUBLE"
std::string formula_of(const MetricEvents& metric);

}  // namespace hpct
