// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/measuring.h"
#include "cli/terminal.h"
#include "cli/variant_choice.h"
#include "collector/counter_source.h"
#include "collector/settings.h"
#include "collector/simulator.h"
#include "workloads/registry.h"

namespace hpct::commands {
namespace {

std::string text_of(const Scalar& scalar) {
  if (const auto* text = std::get_if<std::string>(&scalar)) return text->empty() ? "\"\"" : *text;
  if (const auto* integer = std::get_if<std::int64_t>(&scalar)) return short_number(*integer);
  return fmt::format("{:g}", std::get<double>(scalar));
}

std::string describe(const WorkloadInfo& info, bool all) {
  Settings settings;
  settings.threads = usable_threads();
  settings.parameters = default_parameters(info);
  auto text = fmt::format("\n{}: {}\n", info.name, info.summary);
  const auto variants = info.variants(settings);
  if (info.role == "ceiling" && !all) {
    text += fmt::format("  {} roofs (hpct-prof list --all names them)\n", variants.size());
  } else {
    for (const auto& variant : variants)
      text += fmt::format("  {:<18} {}{}\n", variant.name, variant.summary,
                          cpu_supports(variant.isa) ? "" : " (not on this CPU)");
  }
  for (const auto& parameter : info.parameters())
    text += fmt::format(
        "  --set {:<12} {} (default {}){}\n", parameter.name + "=", parameter.summary,
        text_of(parameter.default_value),
        parameter.choices.empty() ? "" : fmt::format("; one of {}", fmt::join(parameter.choices, ", ")));
  if (isa_chooses_variants(info, variants))
    text += fmt::format("  --set {:<12} only variants that need no more instructions than these; one of {}\n",
                        "isa=", fmt::join(isas_of(variants), ", "));
  return text;
}

std::string describe(const CounterSourceInfo& source) {
  const auto availability = source.probe();
  auto text = fmt::format("\n{}: {}\n", source.name, source.summary);
  if (!source.stands_in_for.empty())
    return text + fmt::format("  the counters of {}, under the same names\n", source.stands_in_for);
  if (!availability.usable)
    text += fmt::format("  not here ({}): {}\n", name_of(availability.reason), availability.detail);
  for (const auto& counter : source.counters())
    text += fmt::format("  {:<22} {}\n", counter.name, counter.summary);
  return text;
}

std::string describe_simulated() {
  const auto found = simulator_availability();
  std::string text = "\nsimulated: one more repetition on a simulated CPU (--counters simulated)\n";
  if (!found.usable) text += fmt::format("  not here ({}): {}\n", name_of(found.reason), found.detail);
  return text + fmt::format("  {:<22} {}\n", "ir_sim", "instructions; the same in every run");
}

void add(CLI::App& command, Invocation& invocation) {
  const auto all = std::make_shared<bool>(false);
  command.add_flag("--all", *all, "name every roof of the ceilings workload too");
  command.footer("Example:\n  hpct-prof list");
  command.callback([&invocation, all] {
    std::string text = "WORKLOADS (variants from the obvious to the best)\n";
    for (const auto* info : all_workloads()) text += describe(*info, *all);
    text += "\nCOUNTERS\n";
    for (const auto* source : all_counter_sources()) text += describe(*source);
    text += describe_simulated();
    if (auto printed = print(fitted(text, render_options().width)); !printed)
      invocation.exit_code = report_error(printed.error());
  });
}

}  // namespace

extern const CommandInfo list;
const CommandInfo list{"list", "workloads, variants, parameters and counters", add};

}  // namespace hpct::commands
