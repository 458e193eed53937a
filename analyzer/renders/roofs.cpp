// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "analyzer/render.h"
#include "analyzer/roofline.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

std::string size_text(std::int64_t bytes) {
  if (bytes <= 0) return "";
  if (bytes >= 1 << 30) return fmt::format("{:.3g} GiB", static_cast<double>(bytes) / (1 << 30));
  return bytes >= 1 << 20 ? fmt::format("{:.3g} MiB", static_cast<double>(bytes) / (1 << 20))
                          : fmt::format("{:.3g} KiB", static_cast<double>(bytes) / (1 << 10));
}

/// "10.1 .. 12.0 Gflop/s"; the unit twice only where the prefixes differ.
std::string band_text(const Value& value) {
  if (!value.known() || !value.interval) return "";
  auto low = format_quantity(value.interval->low, value.unit);
  const auto high = format_quantity(value.interval->high, value.unit);
  if (low.substr(low.find(' ')) == high.substr(high.find(' '))) low.resize(low.find(' '));
  return fmt::format("{} .. {}", low, high);
}

std::string samples_text(const Ceiling& roof) {
  if (roof.samples == 0) return "";
  return roof.discarded == 0 ? fmt::format("{}", roof.samples)
                             : fmt::format("{} of {}", roof.samples, roof.samples + roof.discarded);
}

std::string set_text(const Ceiling& roof) {
  return size_text(roof.set_bytes) + (roof.set_bytes > 0 && !roof.plateau ? "!" : "");
}

std::string table_of(const Report& report, int threads, Footnotes& notes, const RenderOptions& options) {
  TextTable table({{"ROOF", Align::left},
                   {"ISA", Align::left},
                   {"MEDIAN"},
                   {"10 % TO 95 % OF SAMPLES", Align::right, 2},
                   {"SAMPLES", Align::right, 4},
                   {"SET", Align::right, 1},
                   {"PAGES", Align::right, 5},
                   {"CLOCK", Align::right, 3}});
  for (const auto& roof : report.ceilings)
    if (roof.threads == threads)
      table.add({{roof_name_without_isa(roof), Style::strong},
                 roof.isa,
                 notes.text(roof.value, "roof"),
                 {band_text(roof.value), Style::faint},
                 {samples_text(roof), Style::faint},
                 set_text(roof),
                 {roof.pages, Style::faint},
                 {roof.clock_hz ? format_quantity(*roof.clock_hz, "Hz") : "", Style::faint}});
  return fmt::format("Roofs of {}\n", threads_text(threads)) + table.text(options);
}

/// What the figures are of, each said once.
std::string legend(const Report& report, const RenderOptions& options) {
  std::set<std::string> plateaus;
  bool assumed = false;
  for (const auto& roof : report.ceilings) {
    if (roof.plateau)
      plateaus.insert(fmt::format("{} on {}: {} to {} per thread", roof.level, threads_text(roof.threads),
                                  size_text(roof.plateau->low), size_text(roof.plateau->high)));
    assumed = assumed || (roof.set_bytes > 0 && !roof.plateau);
  }
  const auto width = static_cast<std::size_t>(options.width);
  std::string out;
  if (!plateaus.empty()) out += "\nSets that are loaded equally fast (measured near their middle)\n";
  for (const auto& plateau : plateaus) out += wrapped(plateau, width, "  ", "    ");
  if (assumed)
    out += wrapped(
        "no plateau was found: the set was chosen from the reported size, or from the sweep of one thread",
        width, "! ", "  ");
  return out +
         wrapped(
             "DRAM roofs are those of the cores that were used, not of the socket; samples during which "
             "the clock changed are left out",
             width, "", "");
}

std::string render(const Analysis& analysis, const RenderOptions& options) {
  const auto& report = analysis.report;
  if (report.ceilings.empty()) return "No roofs measured: hpct-prof run ceilings\n";
  std::set<int> threads;
  for (const auto& roof : report.ceilings) threads.insert(roof.threads);
  Footnotes notes;
  std::string out;
  for (const int count : threads) out += (out.empty() ? "" : "\n") + table_of(report, count, notes, options);
  return out + notes.lines(options.width, out) + painted(legend(report, options), Style::faint, options);
}

}  // namespace

extern const RenderInfo roofs;
const RenderInfo roofs{"roofs", "every measured roof with its band, samples, working set and clock", render};

}  // namespace hpct::renders
