// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/cache.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "collector/counter_source.h"
#include "collector/machine.h"
#include "collector/sampling/workload_sampler.h"
#include "reports/unit.h"

namespace hpct::commands {
namespace {

std::string line(std::string_view what, std::string_view answer) {
  return answer.empty() ? std::string() : fmt::format("  {:<14} {}\n", what, answer);
}

std::string bytes(std::int64_t count) {
  if (count >= std::int64_t{1} << 30)
    return fmt::format("{:.3g} GiB", static_cast<double>(count) / (1 << 30));
  return count >= 1 << 20 ? fmt::format("{:.3g} MiB", static_cast<double>(count) / (1 << 20))
                          : fmt::format("{:.3g} KiB", static_cast<double>(count) / (1 << 10));
}

std::string caches_of(const Machine& machine) {
  std::vector<std::string> parts;
  for (const auto& cache : machine.caches)
    parts.push_back(fmt::format("L{} {}", cache.level, bytes(cache.bytes)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string describe(const Machine& machine) {
  const auto& cpu = machine.cpu;
  std::string text = "MACHINE\n";
  text += line("CPU", cpu.model);
  text +=
      line("", fmt::format("{} package(s), {} cores, {} hardware threads, {} usable here, {} NUMA node(s)",
                           cpu.packages, cpu.cores, cpu.threads, cpu.usable, cpu.numa_nodes));
  text += line("code paths", fmt::format("{}", fmt::join(cpu.isa, ", ")));
  text += line("caches", caches_of(machine) + " (as reported)");
  text += line("memory", bytes(machine.memory_bytes));
  text += line("system", machine.os + ", Linux " + machine.kernel);
  text += line("virtual", machine.hypervisor);
  text += line("governor", machine.governor);
  text += line("turbo", machine.turbo);
  text += line("huge pages", machine.transparent_huge_pages);
  text += line("clock", machine.clock);
  if (machine.limits.cpu_quota)
    text += line("CPU quota", fmt::format("{:.2g} cores", *machine.limits.cpu_quota));
  if (machine.limits.memory_bytes) text += line("memory limit", bytes(*machine.limits.memory_bytes));
  return text;
}

std::string describe_sources() {
  std::string text = "\nCOUNTERS\n";
  for (const auto* source : all_counter_sources()) {
    const auto found = source->probe();
    text += fmt::format("  {} {:<6} {}\n", found.usable ? "yes" : "no ", source->name, source->summary);
    if (found.usable) {
      text += fmt::format("             {}\n", found.detail);
      continue;
    }
    text += fmt::format("      why:   {} ({})\n", found.detail, name_of(found.reason));
    if (!found.remedy.empty()) text += fmt::format("      do:    {}\n", found.remedy);
    std::vector<std::string> names;
    for (const auto& counter : source->counters()) names.push_back(counter.name);
    text += fmt::format("      lost:  {}\n", fmt::join(names, ", "));
  }
  return text;
}

std::string describe_sampling() {
  const auto found = probe_sampling();
  std::string text = "\nSAMPLING\n";
  text += fmt::format("  {} hot functions of any program: hpct-prof run -- ./program\n",
                      found.usable ? "yes" : "no ");
  text += fmt::format("      {} {}\n", found.usable ? "how:  " : "why:  ", found.detail);
  if (!found.remedy.empty()) text += fmt::format("      do:    {}\n", found.remedy);
  return text;
}

/// What there is to work with when the hardware does not count.
std::string describe_consequences(const Machine& machine) {
  if (machine.pmu.empty()) return "\nHardware counters work here.\n";
  return "\nWithout hardware counters hpct-prof still measures time, waiting for cores and page faults, "
         "and takes FLOPs and bytes from each workload's verified formulas (modelled, drawn hollow). "
         "Instructions, cycles and cache misses stay missing in every report; they are never shown as 0.\n";
}

/// Settings of the machine that make times wobble, and the command that calms each.
std::string describe_noise(const Machine& machine) {
  std::string text;
  if (!machine.governor.empty() && machine.governor != "performance")
    text += "  The clock follows the load: as root, cpupower frequency-set -g performance\n";
  if (machine.turbo == "on")
    text += "  Turbo is on: the clock depends on temperature and on the other cores.\n";
  if (!machine.hypervisor.empty())
    text +=
        "  A virtual machine shares caches, memory and clock with strangers: compare runs side by side, "
        "not against a report of yesterday.\n";
  return text.empty() ? text : "\nNOISE\n" + text;
}

void add(CLI::App& command, Invocation& invocation) {
  command.footer("Example:\n  hpct-prof doctor");
  command.callback([&invocation] {
    const auto machine = describe_machine();
    auto text = describe(machine) + describe_sources() + describe_sampling() +
                describe_consequences(machine) + describe_noise(machine);
    if (const auto cache = cache_folder())
      text += fmt::format("\nGenerated inputs and roofs are kept in {}\n", cache->string());
    if (auto printed = print(fitted(text, render_options().width)); !printed)
      invocation.exit_code = report_error(printed.error());
  });
}

}  // namespace

extern const CommandInfo doctor;
const CommandInfo doctor{"doctor", "what this machine can measure, what it cannot, and why", add};

}  // namespace hpct::commands
