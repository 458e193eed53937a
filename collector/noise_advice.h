// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/machine_facts.h>
#include <filesystem>
#include <string>
#include <vector>

#include "collector/noise.h"

namespace hpct {

/// Settings that make times wobble, as the system says them; empty or false when it does not.
struct NoiseSettings {
  std::string governor;
  std::string turbo;  ///< "on", "off"
  std::string transparent_huge_pages;
  std::string hypervisor;
  std::optional<double> cpu_quota;
  int usable = 1;  ///< hardware threads
  bool smt = false;
  bool numa_balancing = false;
  bool irqs_balanced = false;  ///< interrupts are moved between cores
};

NoiseSettings read_noise_settings(const Machine& machine, const std::filesystem::path& root = "/");

/// What disturbs measurements here, and one line of help for it. `root` is what an administrator would do,
/// `user` what anybody can; either may be empty.
struct NoiseAdvice {
  std::string what;
  std::string root;
  std::string user;
  bool operator==(const NoiseAdvice&) const = default;
};

/// The worst first: what was seen, then what the settings make likely. Pure.
std::vector<NoiseAdvice> noise_advice(const NoiseMeasurement& seen, const NoiseSettings& settings);

}  // namespace hpct
