// SPDX-License-Identifier: Apache-2.0
#include "analyzer/roofline_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "analyzer/plot_canvas.h"
#include "analyzer/text_layout.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct {
namespace {

constexpr int kMargin = 12;  // "100 Gflop/s" and the axis
constexpr int kFewestColumns = 30;

/// The roofs of one picture: those above every thread count at once would hide each other.
struct Roofs {
  int threads = 0;
  std::vector<const Ceiling*> memory;   // one per level
  std::vector<const Ceiling*> compute;  // one per precision and instruction set in use
};

int main_thread_count(const Roofline& roofline) {
  std::map<int, int> votes;
  for (const auto& point : roofline.points)
    for (const auto& roof : roofline.roofs)
      if (roof.threads == point.threads) {
        ++votes[point.threads];
        break;
      }
  int best = 0;
  for (const auto& [threads, count] : votes)
    if (best == 0 || count >= votes[best]) best = threads;
  if (best == 0)  // no points: the roofs alone, of as many threads as there are
    for (const auto& roof : roofline.roofs) best = std::max(best, roof.threads);
  return best;
}

bool in_use(const Roofline& roofline, const Ceiling& roof) {
  if (roofline.points.empty()) return roof.id == "fma.fp32";
  return std::any_of(roofline.points.begin(), roofline.points.end(), [&](const auto& point) {
    return point.threads == roof.threads && (point.isa == roof.isa || extended_isa(point.isa) == roof.isa) && point.compute_roof == roof.id;
  });
}

Roofs roofs_to_draw(const Roofline& roofline) {
  Roofs roofs;
  roofs.threads = main_thread_count(roofline);
  std::map<std::string, const Ceiling*> highest;
  for (const auto& roof : roofline.roofs) {
    if (roof.threads != roofs.threads || !roof.value.known() || *roof.value.number <= 0) continue;
    if (roof.kind == "compute") {
      if (in_use(roofline, roof)) roofs.compute.push_back(&roof);
    } else if (!roof.id.ends_with(".load")) {
      continue;
    } else if (auto& best = highest[roof.level];
               best == nullptr || *roof.value.number > *best->value.number) {
      best = &roof;
    }
  }
  for (const auto& [level, roof] : highest) roofs.memory.push_back(roof);
  return roofs;
}

/// log10 of the visible range of one axis.
struct Axis {
  double low = 0;
  double high = 0;

  void include(double value) {
    const double exponent = std::log10(value);
    low = started ? std::min(low, exponent) : exponent;
    high = started ? std::max(high, exponent) : exponent;
    started = true;
  }
  void widen(double below, double above) {
    low -= below;
    high += above;
  }
  [[nodiscard]] double at(double exponent) const { return (exponent - low) / (high - low); }

  bool started = false;
};

class Plot {
 public:
  Plot(const Roofline& roofline, const RenderOptions& options)
      : roofline_(roofline),
        options_(options),
        roofs_(roofs_to_draw(roofline)),
        canvas_(std::max(kFewestColumns, options.width - kMargin), std::clamp(options.width / 4, 12, 24)) {
    choose_range();
  }

  std::string text() {
    for (const auto* roof : roofs_.memory) draw_memory_roof(*roof);
    for (const auto* roof : roofs_.compute) draw_compute_roof(*roof);
    for (std::size_t i = 0; i < roofline_.points.size(); ++i) draw_point(roofline_.points[i], i);
    for (const auto* roof : roofs_.compute) label_compute_roof(*roof);
    for (const auto* roof : roofs_.memory) label_memory_roof(*roof);
    return heading() + body() + x_axis();
  }

 private:
  void choose_range() {
    for (const auto& point : roofline_.points) {
      x_.include(*point.intensity.number);
      y_.include(*point.rate.number);
    }
    for (const auto* roof : roofs_.compute) {
      y_.include(*roof->value.number);
      for (const auto* memory : roofs_.memory) x_.include(*roof->value.number / *memory->value.number);
    }
    if (roofline_.points.empty()) y_.widen(1.5, 0);
    x_.widen(0.4, 0.4);
    y_.widen(0.3, 0.25);
  }

  [[nodiscard]] int dot_x(double exponent) const {
    return static_cast<int>(std::lround(x_.at(exponent) * (canvas_.columns() * 2 - 1)));
  }
  [[nodiscard]] int dot_y(double exponent) const {
    return static_cast<int>(std::lround((1 - y_.at(exponent)) * (canvas_.rows() * 4 - 1)));
  }
  [[nodiscard]] double exponent_at(int x) const {
    return x_.low + (x_.high - x_.low) * x / (canvas_.columns() * 2 - 1);
  }
  [[nodiscard]] double highest_compute() const {
    double highest = y_.high;  // without compute roofs the slopes go on to the edge
    bool any = false;
    for (const auto* roof : roofs_.compute) {
      const double exponent = std::log10(*roof->value.number);
      highest = any ? std::max(highest, exponent) : exponent;
      any = true;
    }
    return highest;
  }
  [[nodiscard]] double highest_memory() const {
    double highest = 0;
    for (const auto* roof : roofs_.memory) highest = std::max(highest, *roof->value.number);
    return highest;
  }

  /// A roof is a band; where it is narrower than a dot, a line.
  struct Band {
    double low;
    double middle;
    double high;
  };
  [[nodiscard]] static Band band_of(const Ceiling& roof) {
    const double middle = *roof.value.number;
    const auto range = roof.value.interval.value_or(Interval{middle, middle});
    const double low = range.low > 0 ? std::min(range.low, middle) : middle;
    return {std::log10(low), std::log10(middle), std::log10(std::max(range.high, middle))};
  }
  /// Its edges, and every other dot between them: a full band would hide what it crosses.
  void draw_band(int x, double shift, const Band& band) {
    const int top = dot_y(shift + band.high);
    const int bottom = dot_y(shift + band.low);
    for (int y = top; y <= bottom; ++y)
      if (y == top || y == bottom || (x + y) % 2 == 0) canvas_.dot(x, y);
  }

  /// A slope up to the highest compute roof.
  void draw_memory_roof(const Ceiling& roof) {
    const auto band = band_of(roof);
    const double top = highest_compute();
    for (int x = 0; x < canvas_.columns() * 2; ++x)
      if (exponent_at(x) + band.middle <= top) draw_band(x, exponent_at(x), band);
  }

  /// A level from the steepest slope on.
  void draw_compute_roof(const Ceiling& roof) {
    const auto band = band_of(roof);
    const double start = highest_memory() > 0 ? band.middle - std::log10(highest_memory()) : x_.low;
    for (int x = 0; x < canvas_.columns() * 2; ++x)
      if (exponent_at(x) >= start) draw_band(x, 0, band);
  }

  void label_compute_roof(const Ceiling& roof) {
    const auto label = fmt::format("{} {}", roof_name(roof), format_value(roof.value));
    const int row = dot_y(std::log10(*roof.value.number)) / 4;
    const int column = canvas_.columns() - static_cast<int>(display_width(label));
    if (!canvas_.text(column, row - 1, label, true)) canvas_.text(column, row + 1, label, true);
  }

  /// Beside the slope, low enough to be clear of the others' labels.
  void label_memory_roof(const Ceiling& roof) {
    const auto label = fmt::format("{} {}", roof_name(roof), format_value(roof.value));
    const double bandwidth = std::log10(*roof.value.number);
    for (int row = canvas_.rows() - 2; row >= 1; --row) {
      const double y = y_.high - (y_.high - y_.low) * (row * 4 + 2) / (canvas_.rows() * 4 - 1);
      const int column = dot_x(y - bandwidth) / 2 + 2;
      if (column >= 1 && canvas_.text(column, row, label, true)) return;
    }
  }

  void draw_point(const RooflinePoint& point, std::size_t index) {
    const int column = dot_x(std::log10(*point.intensity.number)) / 2;
    const int row = dot_y(std::log10(*point.rate.number)) / 4;
    canvas_.text(column, row, point_marker(point));
    const auto letter = point_letter(index);
    for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {1, 1}, {2, 0}})
      if (canvas_.text(column + dx, row + dy, letter, true)) return;
  }

  [[nodiscard]] std::string heading() const {
    if (roofs_.threads == 0) return "flop/s over flop/B, without roofs\n";
    return fmt::format("flop/s over flop/B; roofs of {}\n", threads_text(roofs_.threads));
  }

  /// Rows with a label at every power of ten.
  [[nodiscard]] std::string body() const {
    std::map<int, std::string> ticks;
    for (int exponent = static_cast<int>(std::ceil(y_.low)); exponent <= y_.high; ++exponent) {
      auto label = format_quantity(std::pow(10.0, exponent), "flop/s");
      if (const auto point = label.find('.'); point != std::string::npos)
        label.erase(point, label.find(' ') - point);
      ticks[dot_y(exponent) / 4] = label;
    }
    std::string out;
    for (int row = 0; row < canvas_.rows(); ++row) {
      const auto at = ticks.find(row);
      out += painted(padded_left(at == ticks.end() ? "" : at->second, kMargin - 1), Style::faint, options_);
      out += at == ticks.end() ? "│" : "┤";
      out += canvas_.line(row) + "\n";
    }
    return out;
  }

  [[nodiscard]] std::string x_axis() const {
    std::string line(static_cast<std::size_t>(kMargin - 1), ' ');
    std::string labels(static_cast<std::size_t>(kMargin), ' ');
    line += "└";
    std::map<int, int> ticks;
    for (int exponent = static_cast<int>(std::ceil(x_.low)); exponent <= x_.high; ++exponent)
      ticks[dot_x(exponent) / 2] = exponent;
    for (int column = 0; column < canvas_.columns(); ++column) {
      const auto at = ticks.find(column);
      line += at == ticks.end() ? "─" : "┬";
      if (at == ticks.end()) continue;
      const auto label = fmt::format("{:g}", std::pow(10.0, at->second));
      const auto start = kMargin + column - static_cast<int>(label.size() / 2);
      if (start < static_cast<int>(labels.size())) continue;
      labels = padded_right(labels, static_cast<std::size_t>(start)) + label;
    }
    const auto end = static_cast<std::size_t>(kMargin + canvas_.columns());
    if (display_width(labels) + 8 <= end) labels = padded_right(labels, end - 6) + "flop/B";
    return line + "\n" + painted(labels, Style::faint, options_) + "\n";
  }

  const Roofline& roofline_;
  const RenderOptions& options_;
  Roofs roofs_;
  PlotCanvas canvas_;
  Axis x_;
  Axis y_;
};

}  // namespace

std::string point_marker(const RooflinePoint& point) {
  const auto provenance = weakest(point.rate.provenance, point.intensity.provenance);
  return std::string(provenance >= Provenance::simulated ? kHollow : kSolid);
}

std::string point_letter(std::size_t index) {
  if (index < 26) return std::string(1, static_cast<char>('a' + index));
  if (index < 52) return std::string(1, static_cast<char>('A' + (index - 26)));
  return "+";
}

std::string roofline_plot(const Roofline& roofline, const RenderOptions& options) {
  const bool compute = std::any_of(roofline.roofs.begin(), roofline.roofs.end(),
                                   [](const Ceiling& roof) { return roof.kind == "compute"; });
  if (roofline.points.empty() && !compute) return {};  // memory roofs alone span no range
  return Plot(roofline, options).text();
}

}  // namespace hpct
