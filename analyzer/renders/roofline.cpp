// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/render.h"
#include "analyzer/roofline_plot.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

/// "mandelbrot/simd"; a region is indented below its run, which stands right before it.
std::string label_of_point(const RooflinePoint& point) {
  return point.region.empty() ? label_of(point.workload, point.variant) : "  " + point.region;
}

std::vector<Cell> row_of(const std::string& marker, const RooflinePoint& point, Footnotes& notes) {
  return {{marker, Style::strong},
          label_of_point(point),
          fmt::format("{}T", point.threads),
          point.intensity.known() ? notes.text(point.intensity, "intensity") : "",
          notes.text(point.rate.known() ? point.rate : point.bytes_rate, "rate"),
          notes.text(point.roof_share, "roof"),
          {point.at_roof ? point.roof + " =" : point.roof, Style::faint}};
}

TextTable point_table() {
  return TextTable({{"", Align::left},
                    {"POINT", Align::left},
                    {"ON", Align::right, 3},
                    {"INTENSITY", Align::right, 2},
                    {"RATE"},
                    {"OF ROOF"},
                    {"", Align::left, 1}});
}

std::string legend(const Roofline& roofline, Footnotes& notes, const RenderOptions& options) {
  auto table = point_table();
  for (std::size_t i = 0; i < roofline.points.size(); ++i)
    table.add(row_of(point_marker(roofline.points[i]) + point_letter(i), roofline.points[i], notes));
  auto apart = point_table();
  for (const auto& point : roofline.undrawable) apart.add(row_of(" ", point, notes));
  std::string out;
  if (!table.empty()) out += table.text(options);
  if (!apart.empty()) out += "\nNot drawn (no intensity), judged on bytes alone:\n" + apart.text(options);
  return out;
}

bool at_roof(const RooflinePoint& point) { return point.at_roof; }

std::string render(const Analysis& analysis, const RenderOptions& options) {
  const auto& roofline = analysis.roofline;
  Footnotes notes;
  std::string out = roofline_plot(roofline, options);
  if (!out.empty()) out += "\n";
  out += legend(roofline, notes, options);
  if (out.empty()) out = "This report has neither roofs nor runs to draw.\n";
  if (roofline.roofs.empty()) out += "\nNo roofs measured: hpct-prof run ceilings\n";
  bool hollow = false;
  for (const auto& point : roofline.points) hollow = hollow || point_marker(point) == kHollow;
  std::string marks = notes.lines(options.width, out);
  if (std::any_of(roofline.points.begin(), roofline.points.end(), at_roof) ||
      std::any_of(roofline.undrawable.begin(), roofline.undrawable.end(), at_roof))
    marks = "= at the roof: inside its band (10 % to 95 % of its samples)\n" + marks;
  if (hollow)
    marks = fmt::format("{} hollow: flops and bytes are not from hardware counters\n", kHollow) + marks;
  return out + (marks.empty() ? "" : "\n" + painted(marks, Style::faint, options));
}

}  // namespace

extern const RenderInfo roofline;
const RenderInfo roofline{"roofline", "the roofline chart in the terminal, with every point and its roof",
                          render};

}  // namespace hpct::renders
