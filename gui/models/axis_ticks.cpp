// SPDX-License-Identifier: Apache-2.0
#include "gui/models/axis_ticks.h"

#include <algorithm>
#include <cmath>

namespace hpct {
namespace {

std::int64_t nice_step(double raw) {
  const double power = std::pow(10, std::floor(std::log10(std::max(raw, 1.0))));
  for (const double factor : {1.0, 2.0, 5.0, 10.0})
    if (factor * power >= raw * 0.999999) return static_cast<std::int64_t>(std::llround(factor * power));
  return static_cast<std::int64_t>(std::llround(10 * power));
}

struct TimeUnit {
  std::int64_t ns;
  const char* name;
};

TimeUnit unit_for(double ns) {
  if (ns >= 1e9) return {1'000'000'000, "s"};
  if (ns >= 1e6) return {1'000'000, "ms"};
  if (ns >= 1e3) return {1'000, "us"};
  return {1, "ns"};
}

}  // namespace

TimeTicks time_ticks(double begin_ns, double end_ns, int most) {
  TimeTicks ticks;
  ticks.step_ns = nice_step((end_ns - begin_ns) / std::max(most, 1));
  const auto step = static_cast<double>(ticks.step_ns);
  for (auto i = static_cast<std::int64_t>(std::ceil(begin_ns / step));
       static_cast<double>(i) * step <= end_ns; ++i)
    ticks.at_ns.push_back(i * ticks.step_ns);
  return ticks;
}

QString time_label(std::int64_t ns, std::int64_t step_ns, double largest_ns) {
  const auto unit = unit_for(largest_ns);
  int digits = 0;
  for (std::int64_t left = unit.ns; left > step_ns && digits < 9; left /= 10) ++digits;
  return QString::number(static_cast<double>(ns) / static_cast<double>(unit.ns), 'f', digits) +
         QLatin1Char(' ') + QLatin1String(unit.name);
}

std::vector<double> log_minor_ticks(double low, double high) {
  std::vector<double> ticks;
  for (double power = std::pow(10, std::floor(std::log10(low))); power < high; power *= 10)
    for (const double factor : {2.0, 5.0})
      if (factor * power > low && factor * power < high) ticks.push_back(factor * power);
  return ticks;
}

}  // namespace hpct
