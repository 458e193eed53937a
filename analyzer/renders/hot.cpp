// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/function_name.h"
#include "analyzer/hot_functions.h"
#include "analyzer/render.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

constexpr std::size_t kMostRows = 20;
constexpr double kWorthARow = 0.005;      // of all samples
constexpr double kWorthMentioning = 0.1;  // inlined, of its function

std::string percent(double share) { return fmt::format("{:.1f} %", share * 100); }

/// Half the interval, in points of the share.
std::string points(const Value& share) {
  if (!share.interval) return {};
  return fmt::format("±{:.1f}", (share.interval->high - share.interval->low) / 2 * 100);
}

/// The source line; without debug information at least the module.
std::string place_of(const HotFunction& function) {
  if (function.file.empty()) return function.name.starts_with('[') ? std::string() : function.module;
  return fmt::format("{}:{}", function.file.substr(function.file.rfind('/') + 1), function.line);
}

/// What was sampled and how, so that nobody takes it for more than it is.
std::string provenance_of(const Profile& profile) {
  auto text = fmt::format("sampled: {} samples of {} at {}", profile.samples, profile.event,
                          format_value(profile.rate));
  if (profile.cost_share.known() && profile.samples > 0)
    text += fmt::format(", which cost {}", format_value(profile.cost_share));
  if (profile.event.ends_with(":u")) text += "; the kernel's part is not in it";
  if (profile.lost > 0) text += fmt::format("; {} more were lost", profile.lost);
  if (!profile.rate.detail.empty()) text += "; " + profile.rate.detail;
  return text;
}

/// Cuts namespaces off before it cuts the name itself.
std::string fitting_name(const std::string& full, std::size_t width) {
  auto name = short_function_name(full);
  constexpr std::string_view kOldTextAbi = "__cxx11::";
  if (const auto at = name.find(kOldTextAbi); at != std::string::npos) name.erase(at, kOldTextAbi.size());
  std::string_view rest = name;
  while (display_width(rest) + 1 > width && rest.find("::") != std::string_view::npos)
    rest.remove_prefix(rest.find("::") + 2);
  if (rest.size() < name.size() && display_width(name) > width) name = "…" + std::string(rest);
  return shortened(name, width);
}

/// The end of a file's name tells more than its beginning.
std::string fitting_place(const std::string& place, std::size_t width) {
  if (place.size() <= width) return place;
  return "…" + place.substr(place.size() - width + 1);
}

void add_inlined(TextTable& table, const Profile& profile, const HotFunction& function, std::size_t room) {
  for (const auto& inlined : function.inlined) {
    if (static_cast<double>(inlined.self) < kWorthMentioning * static_cast<double>(function.self)) break;
    const double share = static_cast<double>(inlined.self) / static_cast<double>(profile.samples);
    if (share < kWorthARow) break;
    const auto name = "  in it: " + fitting_name(inlined.name, room - 9);
    table.add({{percent(share), Style::faint}, "", "", {name, Style::faint}, "", ""});
  }
}

/// How wide the columns of text are: the function's name has what the numbers, the place and, when there is
/// enough for it, the module leave.
struct TextWidths {
  std::size_t function = 0;
  std::size_t place = 0;
  bool module = false;
};

TextWidths text_widths(const std::vector<const HotFunction*>& rows, int width) {
  constexpr std::size_t kNumbers = 6 + 2 + 5 + 2 + 7 + 2;
  constexpr std::size_t kWidestPlace = 22;
  constexpr std::size_t kLeast = 20;   // for the function
  constexpr std::size_t kEnough = 32;  // for it, beside a module
  std::size_t module = 6;
  std::size_t place = 5;
  for (const auto* row : rows) {
    module = std::max(module, display_width(row->module));
    place = std::max(place, display_width(place_of(*row)));
  }
  place = std::min(place, kWidestPlace);
  const auto all = static_cast<std::size_t>(width);
  const auto room = all > kNumbers + place + 2 + kLeast ? all - kNumbers - place - 2 : kLeast;
  const bool both = room >= kEnough + module + 2;
  return {both ? room - module - 2 : room, place, both};
}

std::string table_of(const Profile& profile, const RenderOptions& options) {
  std::vector<const HotFunction*> rows;
  for (const auto& function : profile.functions)
    if (rows.size() < kMostRows && *sample_share(profile, function.self).number >= kWorthARow)
      rows.push_back(&function);
  const auto widths = text_widths(rows, options.width);
  TextTable table({{"SELF"},
                   {"", Align::right, 3},
                   {"TOTAL", Align::right, 2},
                   {"FUNCTION", Align::left},
                   {"MODULE", Align::left, 5},
                   {"WHERE", Align::left, 4}});
  std::int64_t shown = 0;
  for (const auto* function : rows) {
    const auto share = sample_share(profile, function->self);
    table.add({{percent(*share.number), Style::strong},
               {points(share), Style::faint},
               percent(*sample_share(profile, function->total).number),
               {fitting_name(function->name, widths.function), Style::strong},
               widths.module ? function->module : std::string(),
               fitting_place(place_of(*function), widths.place)});
    add_inlined(table, profile, *function, widths.function);
    shown += function->self;
  }
  if (shown < profile.samples)
    table.add({{percent(*sample_share(profile, profile.samples - shown).number), Style::faint},
               "",
               "",
               {"(all others)", Style::faint},
               "",
               ""});
  return table.text(options);
}

std::string run_text(const Run& run, const RenderOptions& options) {
  const auto& profile = *run.profile;
  const auto width = static_cast<std::size_t>(options.width);
  auto out = painted(label_of(run), Style::strong, options) + "\n";
  if (!profile.rate.known()) return out + wrapped(profile.rate.detail, width, "  not sampled: ", "  ");
  out += painted(wrapped(provenance_of(profile), width, "", ""), Style::faint, options);
  if (profile.samples == 0) return out + "It used too little CPU time for a sample.\n";
  out += table_of(profile, options);
  if (has_short_chains(profile) && profile.call_graph != "dwarf")
    out += wrapped(
        "Most call chains are cut short, so TOTAL says little: compile with -fno-omit-frame-pointer "
        "-mno-omit-leaf-frame-pointer, or sample with --call-graph dwarf.",
        width, "", "");
  return out;
}

std::string render(const Analysis& analysis, const RenderOptions& options) {
  std::string out;
  for (const auto& run : analysis.report.runs)
    if (run.profile) out += (out.empty() ? "" : "\n") + run_text(run, options);
  if (!out.empty()) return out;
  return wrapped(
      "No samples in this report: hpct-prof run -- ./program samples any program, and hpct-prof run "
      "WORKLOAD --sample a bundled workload.",
      static_cast<std::size_t>(options.width), "", "");
}

}  // namespace

extern const RenderInfo hot;
const RenderInfo hot{"hot", "hot functions: where the CPU time went, by sampling", render};

}  // namespace hpct::renders
