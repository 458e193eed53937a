// SPDX-License-Identifier: Apache-2.0
#include "cli/variant_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/settings.h"

namespace hpct {
namespace {

constexpr std::string_view kIsaAssignment = "isa=";

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto comma = std::min(list.find(',', begin), list.size());
    parts.push_back(list.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return parts;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// The last rung of the ladder.
const Variant& best_of(const std::vector<Variant>& runnable) {
  const auto rung =
      std::find_if(runnable.rbegin(), runnable.rend(), [](const Variant& v) { return !v.aside; });
  return rung == runnable.rend() ? runnable.back() : *rung;
}

Settings defaults_of(const WorkloadInfo& info) {
  Settings settings;
  settings.parameters = default_parameters(info);
  return settings;
}

/// What a workload's variants are to this machine and this wish.
struct Sorted {
  std::vector<Variant> runnable;
  std::vector<std::string> names;   ///< of those
  std::vector<std::string> masked;  ///< this CPU cannot
  std::vector<std::string> barred;  ///< need more than was allowed
};

Sorted sorted(std::vector<Variant> variants, const std::optional<Isa>& most) {
  Sorted all;
  for (auto& variant : variants) {
    const bool barred = most && !includes(*most, variant.isa);
    if (barred || !cpu_supports(variant.isa)) {
      (barred ? all.barred : all.masked).push_back(variant.name);
      continue;
    }
    all.names.push_back(variant.name);
    all.runnable.push_back(std::move(variant));
  }
  return all;
}

Expected<void> check_name(const WorkloadInfo& info, const std::string& name, const Sorted& all,
                          const VariantWish& wish) {
  const auto rest = fmt::format("{}", fmt::join(all.names, ", "));
  if (contains(all.masked, name))
    return fail(ErrorCode::not_supported, fmt::format("this CPU cannot run {} of {}", name, info.name),
                "it can run: " + rest);
  if (contains(all.barred, name))
    return fail(ErrorCode::usage,
                fmt::format("{} of {} needs more than isa={}", name, info.name, name_of(*wish.most)),
                "it leaves: " + rest);
  if (!contains(all.names, name))
    return tl::unexpected(unknown_name(fmt::format("variant of {}", info.name), name, all.names));
  return {};
}

}  // namespace

std::vector<std::string> isas_of(const std::vector<Variant>& variants) {
  std::vector<std::string> names{std::string(name_of(Isa::baseline))};
  for (const auto& variant : variants)
    if (const std::string name(name_of(variant.isa)); !contains(names, name)) names.push_back(name);
  return names;
}

bool isa_chooses_variants(const WorkloadInfo& info, const std::vector<Variant>& variants) {
  const auto parameters = info.parameters();
  return info.role != "ceiling" &&
         std::ranges::none_of(parameters, [](const Parameter& p) { return p.name == "isa"; }) &&
         std::ranges::any_of(variants, [](const Variant& v) { return v.isa != Isa::baseline; });
}

Expected<std::optional<Isa>> take_isa(const WorkloadInfo& info, std::vector<std::string>& assignments) {
  const auto variants = info.variants(defaults_of(info));
  std::optional<Isa> isa;
  if (!isa_chooses_variants(info, variants)) return isa;
  for (const auto& assignment : assignments) {
    if (!assignment.starts_with(kIsaAssignment)) continue;
    const auto name = assignment.substr(kIsaAssignment.size());
    isa = isa_from(name);
    if (!isa) return tl::unexpected(unknown_name("value of isa", name, isas_of(variants)));
    if (!cpu_supports(*isa))
      return fail(ErrorCode::not_supported, fmt::format("this CPU has no {}", name),
                  "hpct-prof list says which variants it can run");
  }
  std::erase_if(assignments, [](const std::string& text) { return text.starts_with(kIsaAssignment); });
  return isa;
}

Expected<std::vector<Variant>> choose_variants(const WorkloadInfo& info, const Settings& settings,
                                               const VariantWish& wish) {
  auto all = sorted(info.variants(settings), wish.most);
  if (all.runnable.empty())
    return fail(ErrorCode::not_supported, fmt::format("no variant of {} runs on this CPU", info.name));
  if (wish.names == "all" || (wish.names.empty() && info.role == "ceiling")) return all.runnable;
  if (wish.names.empty()) return std::vector<Variant>{best_of(all.runnable)};
  const auto asked = split(wish.names);
  for (const auto& name : asked)
    if (auto legal = check_name(info, name, all, wish); !legal) return tl::unexpected(legal.error());
  std::erase_if(all.runnable, [&](const Variant& v) { return !contains(asked, v.name); });
  return all.runnable;
}

}  // namespace hpct
