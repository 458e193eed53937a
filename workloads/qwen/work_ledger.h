// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hpct::qwen {

/// The letters of a formula and what they stand for here.
using NamedNumbers = std::vector<std::pair<const char*, double>>;

/// Declares the work of regions one after the other, each amount beside the formula it comes from ("{L} *
/// {d}", kept as "L * d = 24 * 896"), and adds them up.
class WorkLedger {
 public:
  /// All regions lie below `root`.
  WorkLedger(std::string root, NamedNumbers letters);

  WorkLedger& region(const char* name);
  WorkLedger& flops(double amount, const char* pattern) { return set(&Work::flops, amount, pattern); }
  WorkLedger& reads(double amount, const char* pattern) { return set(&Work::bytes_read, amount, pattern); }
  WorkLedger& writes(double amount, const char* pattern) {
    return set(&Work::bytes_written, amount, pattern);
  }

  /// Other amounts than the formula gives, because tensors differ.
  void change(const std::string& region, double flops, double bytes);

  /// Sums of all regions, for so many items; fp32, whatever the weights are stored as.
  DeclaredWork total(Quantity items);

 private:
  WorkLedger& set(std::optional<Quantity> Work::*field, double amount, const char* pattern);
  [[nodiscard]] std::string path_of(const std::string& region) const;

  std::string root_;
  NamedNumbers letters_;
  DeclaredWork work_;
  Work* current_ = nullptr;
};

/// Bytes that must cross the memory interface for each item: read and written.
Value bytes_per_item(const Work& work);

}  // namespace hpct::qwen
