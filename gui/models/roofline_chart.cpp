// SPDX-License-Identifier: Apache-2.0
#include "gui/models/roofline_chart.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "gui/models/tables.h"
#include "gui/models/value_text.h"

namespace hpct {
namespace {

constexpr double kGiga = 1e9;

bool drawable(const RooflinePoint& point) {
  return point.intensity.known() && point.rate.known() && *point.intensity.number > 0 &&
         *point.rate.number > 0;
}

QString dot_tip(const RooflinePoint& point, bool baseline) {
  QString text = run_key(point.workload, point.variant);
  if (!point.region.empty()) text += QStringLiteral("  ") + to_qstring(point.region);
  if (baseline) text += QStringLiteral("  (baseline)");
  return text + QStringLiteral("\n%1 at %2\n%3 of its roof\n%4")
                    .arg(value_with_interval(point.rate), value_text(point.intensity),
                         value_text(point.roof_share),
                         to_qstring(name_of(weakest(point.rate.provenance, point.intensity.provenance))));
}

Dot dot_of(const RooflinePoint& point, bool baseline) {
  Dot dot;
  dot.label = to_qstring(point.label);
  dot.workload = to_qstring(point.workload);
  dot.run = run_key(point.workload, point.variant);
  dot.region = to_qstring(point.region);
  dot.tip = dot_tip(point, baseline);
  dot.x = *point.intensity.number;
  dot.y = *point.rate.number / kGiga;
  const auto interval = point.rate.interval.value_or(Interval{*point.rate.number, *point.rate.number});
  dot.low = std::max(interval.low / kGiga, dot.y * 1e-3);
  dot.high = interval.high / kGiga;
  dot.hollow = is_hollow(point.rate) || is_hollow(point.intensity);
  dot.baseline = baseline;
  return dot;
}

bool too_small(const RooflinePoint& point) { return !point.region.empty() && point.weight < kSmallestRegion; }

bool wanted(const RooflinePoint& point, const RoofChoice& choice) {
  if (point.region.empty()) return true;
  return !too_small(point) &&
         (choice.kernels_of.isEmpty() || choice.kernels_of == run_key(point.workload, point.variant));
}

void add_dots(std::vector<Dot>& dots, const Roofline& roofline, const RoofChoice& choice, bool baseline) {
  for (const auto& point : roofline.points)
    if (drawable(point) && wanted(point, choice)) dots.push_back(dot_of(point, baseline));
}

/// A region that is all of its run lies on the run's dot: one name is enough there.
void drop_double_labels(std::vector<Dot>& dots) {
  const auto near = [](double a, double b) { return std::abs(std::log10(a / b)) < 0.01; };
  for (auto& dot : dots)
    for (const auto& whole : dots)
      if (!dot.region.isEmpty() && whole.region.isEmpty() && whole.run == dot.run &&
          whole.baseline == dot.baseline && near(whole.x, dot.x) && near(whole.y, dot.y))
        dot.label.clear();
}

DotMove move_of(const std::vector<Dot>& dots, std::size_t from, std::size_t to,
                const Comparison* comparison) {
  DotMove move{from, to, Verdict::undecided, {}};
  if (!comparison) return move;
  for (const auto& row : comparison->rows) {
    if (row.metric != "time.wall" || run_key(row.workload, row.variant) != dots[to].run ||
        to_qstring(row.region) != dots[to].region)
      continue;
    move.verdict = row.verdict;
    const bool decided = row.verdict == Verdict::improved || row.verdict == Verdict::regressed;
    if (decided && row.ratio.known()) move.label = QStringLiteral("time ") + change_text(*row.ratio.number);
    return move;
  }
  return move;
}

std::vector<DotMove> moves_between(const std::vector<Dot>& dots, const Comparison* comparison) {
  std::vector<DotMove> moves;
  for (std::size_t from = 0; from < dots.size(); ++from) {
    if (!dots[from].baseline) continue;
    for (std::size_t to = 0; to < dots.size(); ++to) {
      if (dots[to].baseline || dots[to].run != dots[from].run || dots[to].region != dots[from].region)
        continue;
      moves.push_back(move_of(dots, from, to, comparison));
      break;
    }
  }
  return moves;
}

QString why_undrawable(const RooflinePoint& point) {
  const auto& why = point.rate.known() ? point.intensity : point.rate;
  if (why.known()) return QStringLiteral(": zero has no place on a logarithmic axis");
  const auto text = QStringLiteral(": ") + value_text(why);
  return why.detail.empty() ? text : text + QStringLiteral(" (%1)").arg(to_qstring(why.detail));
}

/// What is absent for one reason, and from how many runs.
struct Absentee {
  QString subject;
  QString why;
  QString run;
  int runs = 1;
};

void note_absence(std::vector<Absentee>& absentees, const RooflinePoint& point) {
  const auto run = run_key(point.workload, point.variant);
  const auto subject = point.region.empty() ? run : to_qstring(point.region);
  const auto why = why_undrawable(point);
  for (auto& known : absentees)
    if (known.subject == subject && known.why == why) {
      ++known.runs;
      return;
    }
  absentees.push_back({subject, why, run});
}

QString absence_text(const Absentee& absentee) {
  if (absentee.subject == absentee.run) return absentee.run + absentee.why;
  if (absentee.runs == 1) return absentee.run + QLatin1Char(' ') + absentee.subject + absentee.why;
  return QStringLiteral("%1 of %2 runs%3").arg(absentee.subject).arg(absentee.runs).arg(absentee.why);
}

/// Copies and triads are no program's roof, and of the precisions only those in use have a place in the
/// chart: fp32 when nothing else is.
bool belongs_in_chart(const Ceiling& ceiling, const Roofline& roofline) {
  if (ceiling.kind != "compute") return ceiling.id.ends_with(".load");
  const bool used = std::any_of(roofline.points.begin(), roofline.points.end(),
                                [&](const RooflinePoint& point) { return point.compute_roof == ceiling.id; });
  return used || ceiling.id == "fma.fp32";
}

/// The roofs that fit the choice; without an instruction set the highest of each id and level.
std::vector<const Ceiling*> chosen(const Roofline& roofline, const RoofChoice& choice) {
  std::vector<const Ceiling*> result;
  for (const auto& ceiling : roofline.roofs) {
    if (!belongs_in_chart(ceiling, roofline)) continue;
    if (!ceiling.value.known() || *ceiling.value.number <= 0) continue;
    if (choice.threads != 0 && ceiling.threads != choice.threads) continue;
    if (!choice.isa.isEmpty() && to_qstring(ceiling.isa) != choice.isa) continue;
    const auto same =
        std::find_if(result.begin(), result.end(), [&](const Ceiling* c) { return c->id == ceiling.id; });
    if (same == result.end())
      result.push_back(&ceiling);
    else if (*ceiling.value.number > *(*same)->value.number)
      *same = &ceiling;
  }
  return result;
}

RoofLine roof_line(const Ceiling& ceiling) {
  const bool compute = ceiling.kind == "compute";
  const double height = *ceiling.value.number;
  auto band = ceiling.value.interval.value_or(Interval{height, height});
  band = {std::clamp(band.low, height * 1e-3, height), std::max(band.high, height)};
  const QString name = to_qstring(compute || ceiling.level.empty() ? ceiling.id : ceiling.level);
  return {QStringLiteral("%1 %2 (%3, %4)")
              .arg(name, value_text(ceiling.value), to_qstring(ceiling.isa),
                   ceiling.threads == 1 ? QStringLiteral("1 thread")
                                        : QStringLiteral("%1 threads").arg(ceiling.threads)),
          compute, *ceiling.value.number / kGiga, band.low / kGiga, band.high / kGiga};
}

/// Widens [low, high] to whole decades, at least two of them.
void to_decades(double& low, double& high) {
  low = std::pow(10, std::floor(std::log10(low)));
  high = std::pow(10, std::ceil(std::log10(high)));
  while (high / low < 99) (std::log10(high) > 0 ? low /= 10 : high *= 10);
}

ChartFrame frame_of(const std::vector<RoofLine>& roofs, const std::vector<Dot>& dots) {
  double top = 0;
  for (const auto& roof : roofs)
    if (roof.compute) top = std::max(top, roof.height);
  std::vector<double> xs;
  std::vector<double> ys;
  for (const auto& dot : dots) {
    xs.insert(xs.end(), {dot.x / 1.5, dot.x * 1.5});
    ys.insert(ys.end(), {dot.low / 1.5, dot.high * 1.5});
  }
  for (const auto& roof : roofs) {
    if (roof.compute)
      ys.push_back(roof.height * 1.2);
    else if (top > 0)
      xs.insert(xs.end(), {top / roof.height * 2, top / roof.height / 10});
  }
  ChartFrame frame;
  if (!xs.empty()) {
    frame.x_low = *std::min_element(xs.begin(), xs.end());
    frame.x_high = *std::max_element(xs.begin(), xs.end());
  }
  if (!ys.empty()) {
    frame.y_low = *std::min_element(ys.begin(), ys.end()) / 2;
    frame.y_high = *std::max_element(ys.begin(), ys.end());
  }
  to_decades(frame.x_low, frame.x_high);
  to_decades(frame.y_low, frame.y_high);
  return frame;
}

}  // namespace

std::vector<int> roof_threads(const std::vector<Ceiling>& ceilings) {
  std::set<int> threads;
  for (const auto& ceiling : ceilings) threads.insert(ceiling.threads);
  return {threads.begin(), threads.end()};
}

std::vector<QString> roof_isas(const std::vector<Ceiling>& ceilings) {
  std::set<QString> isas;
  for (const auto& ceiling : ceilings) isas.insert(to_qstring(ceiling.isa));
  return {isas.begin(), isas.end()};
}

RooflineChart roofline_chart(const Analysis& current, const Analysis* baseline, const Comparison* comparison,
                             const RoofChoice& choice) {
  RooflineChart chart;
  for (const auto* ceiling : chosen(current.roofline, choice)) chart.roofs.push_back(roof_line(*ceiling));
  if (baseline) add_dots(chart.dots, baseline->roofline, choice, true);
  add_dots(chart.dots, current.roofline, choice, false);
  drop_double_labels(chart.dots);
  chart.moves = moves_between(chart.dots, comparison);
  chart.frame = frame_of(chart.roofs, chart.dots);
  return chart;
}

std::vector<QString> undrawable_texts(const Roofline& roofline) {
  std::vector<Absentee> absentees;
  for (const auto& point : roofline.undrawable) note_absence(absentees, point);
  for (const auto& point : roofline.points)
    if (!drawable(point)) note_absence(absentees, point);
  std::vector<QString> texts;
  for (const auto& absentee : absentees) texts.push_back(absence_text(absentee));
  const auto small =
      std::count_if(roofline.points.begin(), roofline.points.end(),
                    [](const RooflinePoint& point) { return drawable(point) && too_small(point); });
  if (small > 0)
    texts.push_back(QStringLiteral("%1 kernels that take less than 1 % of their run").arg(small));
  return texts;
}

}  // namespace hpct
