// SPDX-License-Identifier: Apache-2.0
#include "cli/certificate_cache.h"

#include <fmt/format.h>

#include "cli/cache.h"
#include "collector/machine.h"
#include "collector/runner.h"
#include "reports/report_io.h"

namespace hpct {
namespace {

/// FNV-1a over what decides how events count.
std::string key_of(const Machine& machine, const std::string& events) {
  const auto facts = fmt::format("{}|{}|{}|{}|{}", machine.cpu.model, machine.cpu.microcode, machine.kernel,
                                 machine.hypervisor, events);
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : facts) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

}  // namespace

Certificate certificate_here(bool renew) {
  const auto counters = open_counters();
  const auto events = certifiable_events(counters.sources);
  if (events.empty()) return {};
  Report report;
  report.machine = describe_machine();
  report.tool = describe_tool();
  const auto folder = cache_folder();
  const auto file = folder ? *folder / fmt::format("certificate-{}.hpct.json", key_of(report.machine, events))
                           : std::filesystem::path();
  if (folder && !renew)
    if (const auto cached = read_report(file)) return cached->certificate;
  report.certificate = certify(counters.sources);
  if (folder) static_cast<void>(write_report(report, file));  // without a cache it is made again
  return report.certificate;
}

}  // namespace hpct
