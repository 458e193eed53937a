// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "analyzer/text_table.h"
#include "cli/cache.h"
#include "cli/certificate_cache.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "collector/counter_source.h"
#include "collector/event_maps.h"
#include "collector/machine.h"
#include "collector/noise_advice.h"
#include "collector/region_cost.h"
#include "collector/sampling/workload_sampler.h"
#include "collector/simulator.h"
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
  if (!machine.caches.empty()) text += line("caches", caches_of(machine) + " (as reported)");
  text += line("memory", bytes(machine.memory_bytes));
  text += line("system", (machine.os.empty() ? "" : machine.os + ", ") + "Linux " + machine.kernel);
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

const CounterSourceInfo* stand_in_of(const CounterSourceInfo& source) {
  for (const auto* other : all_counter_sources())
    if (other->stands_in_for == source.name) return other;
  return nullptr;
}

std::string lost_counters(const CounterSourceInfo& source) {
  std::vector<std::string> names;
  for (const auto& counter : source.counters()) names.push_back(counter.name);
  return fmt::format("      lost:  {}\n", fmt::join(names, ", "));
}

/// Of two sources for the same counters one delivers at most; the losses are told once, with the last.
std::string describe(const CounterSourceInfo& source) {
  const auto found = source.probe();
  const bool spare = found.usable && !delivers(source, {}).usable;
  auto text = fmt::format("  {} {:<10} {}\n",
                          spare          ? "-  "
                          : found.usable ? "yes"
                                         : "no ",
                          source.name, source.summary);
  if (spare)
    return text + fmt::format("      not needed: {} delivers these counters\n", source.stands_in_for);
  if (found.usable) return text + fmt::format("      {}\n", found.detail);
  text += fmt::format("      why:   {} ({})\n", found.detail, name_of(found.reason));
  if (const auto* other = stand_in_of(source))
    return text + fmt::format("      next:  {} is asked\n", other->name);
  if (!found.remedy.empty()) text += fmt::format("      do:    {}\n", found.remedy);
  return text + lost_counters(source);
}

std::string describe_sources() {
  std::string text = "\nCOUNTERS\n";
  const auto* map = find_event_map(cpu_identity());
  text += line("event map", map != nullptr ? fmt::format("{} ({})", map->core, map->title)
                                           : "none for this CPU: presets and generic events only");
  for (const auto* source : all_counter_sources()) text += describe(*source);
  return text;
}

std::string describe_simulator() {
  const auto found = simulator_availability();
  auto text = fmt::format("  {} {:<10} instructions on a simulated CPU (--counters simulated)\n",
                          found.usable ? "yes" : "no ", "simulated");
  if (found.usable) return text + fmt::format("      {}\n", found.detail);
  return text + fmt::format("      why:   {} ({})\n      do:    {}\n", found.detail, name_of(found.reason),
                            found.remedy);
}

/// The counters on trial, a line each.
std::string describe_certificate() {
  const auto certificate = certificate_here(true);
  std::string text = "\nCERTIFICATE (hardware counters on work of known size)\n";
  if (certificate.empty())
    return text + "  There is nothing to certify: no hardware counter works here; COUNTERS says why.\n";
  TextTable table({{"COUNTER", Align::left},
                   {"ON", Align::left, 1},
                   {"TRUTH"},
                   {"COUNTED"},
                   {"RATIO"},
                   {"", Align::left}});
  for (const auto& entry : certificate)
    table.add({entry.counter, entry.kernel, fmt::format("{:.0f}", entry.expected),
               fmt::format("{:.0f}", entry.measured), fmt::format("{:.3f}", entry.measured / entry.expected),
               entry.ok ? "" : "NOT USED"});
  return text + table.text(render_options(), 2);
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

std::string describe_regions() {
  const auto cost = region_cost();
  return "\nREGIONS\n" + line("cost", fmt::format("{} for begin and end together, by {}",
                                                  format_quantity(cost.pair_ns * 1e-9, "s"), cost.clock));
}

/// What there is to work with when the hardware does not count.
std::string describe_consequences(const Machine& machine) {
  if (machine.pmu.empty()) return "\nHardware counters work here.\n";
  return "\nWithout hardware counters hpct-prof still measures time, waiting for cores and page faults, "
         "and takes FLOPs and bytes from each workload's verified formulas (modelled, drawn hollow). "
         "Instructions, cycles and cache misses stay missing in every report; they are never shown as 0.\n";
}

std::string describe_figures(const Noise& noise) {
  std::string text =
      line("score", fmt::format("{}: {} (the largest of gaps, clock, waiting and stolen)",
                                format_quantity(noise.score, "%"), name_of_noise(noise.score)));
  text += line("clock", fmt::format("moved by {} in {:.2g} s", format_quantity(noise.clock_spread, "%"),
                                    noise.seconds));
  text += line("gaps", fmt::format("{} of the time a thread was stopped for over 100 us",
                                   format_quantity(noise.gaps, "%")));
  if (noise.run_delay)
    text += line("waiting", fmt::format("{} of the time it waited for its core",
                                        format_quantity(*noise.run_delay, "%")));
  if (noise.stolen)
    text += line("stolen", fmt::format("{} by the hypervisor", format_quantity(*noise.stolen, "%")));
  if (noise.other_cores) text += line("others", fmt::format("keep {:.2g} cores busy", *noise.other_cores));
  return text;
}

/// What makes times wobble here, and who can do what about it.
std::string describe_noise(const Machine& machine) {
  const auto seen = measure_noise(1);
  std::string text = "\nNOISE\n" + describe_figures(seen.noise);
  for (const auto& [what, root, user] : noise_advice(seen, read_noise_settings(machine))) {
    text += fmt::format("  -   {}\n", what);
    if (!root.empty()) text += fmt::format("      root:  {}\n", root);
    if (!user.empty()) text += fmt::format("      you:   {}\n", user);
  }
  return text;
}

void add(CLI::App& command, Invocation& invocation) {
  const auto certify = std::make_shared<bool>(false);
  command.add_flag("--certify", *certify,
                   "try the hardware counters on work of known size, in under a second");
  command.footer("Examples:\n  hpct-prof doctor\n  hpct-prof doctor --certify");
  command.callback([&invocation, certify] {
    const auto machine = describe_machine();
    auto text = describe(machine) + describe_sources() + describe_sampling() + describe_simulator() +
                describe_regions() + (*certify ? describe_certificate() : std::string()) +
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
