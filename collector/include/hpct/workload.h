// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/isa.h>
#include <hpct/progress.h>
#include <hpct/report.h>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hpct {

/// A declared amount of work and the formula it comes from ("8 flop * iterations").
/// Amounts are per repetition. `counted` when the program counted it, else `modelled`.
struct Quantity {
  double amount = 0;
  std::string formula;
  Provenance provenance = Provenance::modelled;
};

/// What one repetition does. Leave a field empty when it is not known: it becomes a missing
/// value, never a zero. Bytes are those that must cross the memory interface once.
struct Work {
  std::optional<Quantity> flops;
  std::optional<Quantity> bytes_read;
  std::optional<Quantity> bytes_written;
  std::optional<Quantity> items;  ///< in WorkloadInfo::item, for throughput
  std::string precision{};        ///< of the flops: "fp64", "fp32", "fp16", "bf16", "int8"; empty: fp32
};

/// The work of the whole repetition, and of its regions by path ("decode/lm_head").
struct DeclaredWork {
  Work total;
  std::map<std::string, Work, std::less<>> regions;
  ValueMap facts =
      {};  ///< what else the workload counted, by name ("vector.utilisation"); goes into the run's values
};

/// One way of doing the work. Variants are listed from the obvious to the best.
struct Variant {
  std::string name;
  std::string summary;
  Isa isa = Isa::baseline;  ///< the variant is offered only where the CPU has it
  bool parallel = false;    ///< uses Settings::threads; otherwise one thread
  bool aside = false;  ///< beside the ladder (computes something else): measured when named, never by default
};

/// A parameter of a workload, set by `--set name=value`.
struct Parameter {
  std::string name;
  Scalar default_value;
  std::string summary;
  std::optional<double> low;         ///< smallest legal number
  std::optional<double> high;        ///< largest legal number
  std::vector<std::string> choices;  ///< legal texts; empty: any
  std::string unless = {};           ///< means nothing where this other text is set: then it is not reported
};

/// Everything a workload may know about how it is to run.
class Settings {
 public:
  int threads = 1;
  std::vector<std::string> variants = {};                 ///< names of those that will run; empty: any may
  std::filesystem::path cache;                            ///< where generated inputs may be kept between runs
  std::map<std::string, Scalar, std::less<>> parameters;  ///< complete: defaults filled in

  /// The parameter must exist and have that type: anything else is a bug of the workload.
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] double real(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
};

/// A measured program. One object serves all variants, so that they share inputs and
/// the reference, and can be interleaved.
class Workload {
 public:
  virtual ~Workload() = default;

  /// Everything that must not be timed: inputs, weights, the reference result. Called once.
  virtual Expected<void> prepare(Progress& progress) = 0;

  /// Brings caches and clock into the state that run() is to be measured in. Not measured; most have no need.
  virtual void warm(const Variant& /*variant*/) {}

  /// The measured call: all until the result exists. Never prints or sleeps. Long ones: see hpct/progress.h.
  virtual Expected<void> run(const Variant& variant) = 0;

  /// Compares the result of the last run() with the reference. Not measured.
  virtual Expected<Check> verify(const Variant& variant) = 0;

  /// What run() just did. Called after a verified run.
  [[nodiscard]] virtual DeclaredWork work(const Variant& variant) const = 0;
};

/// The registry entry: one per workload, listed in workloads/CMakeLists.txt.
struct WorkloadInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view role = "workload";  ///< or "ceiling": its rates become the report's roofs
  std::string_view item = "item";      ///< singular: row, pixel, token
  std::vector<Parameter> (*parameters)();
  /// All variants that exist in this build; the caller drops those the CPU cannot run.
  std::vector<Variant> (*variants)(const Settings& settings);
  /// Checks the settings; allocates nothing large.
  Expected<std::unique_ptr<Workload>> (*make)(const Settings& settings);
  /// "name=value name=value": the same work at a size that takes some milliseconds to a tenth of a second,
  /// for hpct-bench. Empty: the defaults are small already.
  std::string_view small = "";
  /// Shrinks the settings to what a CPU that is a hundred times slower does in seconds, for the simulated
  /// repetition, and runs the same code. Null: the workload means nothing on a simulated CPU.
  void (*reduce)(Settings& settings) = nullptr;
};

}  // namespace hpct
