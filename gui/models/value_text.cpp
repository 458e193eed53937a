// SPDX-License-Identifier: Apache-2.0
#include "gui/models/value_text.h"

#include <QStringList>

#include "reports/unit.h"

namespace hpct {
namespace {

/// "GB/s" of "6.81 GB/s"; what follows the number.
QString unit_of(const QString& text) { return text.section(QLatin1Char(' '), 1); }

/// "[238, 250]" when the unit is the value's own, else "[980 us, 1.02 ms]".
QString interval_text(const Value& value) {
  auto low = to_qstring(format_quantity(value.interval->low, value.unit));
  auto high = to_qstring(format_quantity(value.interval->high, value.unit));
  const auto unit = unit_of(value_text(value));
  if (unit_of(low) == unit && unit_of(high) == unit) {
    low = low.section(QLatin1Char(' '), 0, 0);
    high = high.section(QLatin1Char(' '), 0, 0);
  }
  return QStringLiteral("[%1, %2]").arg(low, high);
}

}  // namespace

QString to_qstring(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString value_text(const Value& value) {
  if (!value.known()) return QStringLiteral("missing: ") + to_qstring(name_of(value.reason));
  return to_qstring(format_quantity(*value.number, value.unit));
}

QString value_with_interval(const Value& value) {
  if (!value.known() || !value.interval) return value_text(value);
  return value_text(value) + QLatin1Char(' ') + interval_text(value);
}

QString value_provenance(const Value& value) {
  QStringList lines{value.known() ? to_qstring(name_of(value.provenance)) : value_text(value)};
  if (value.known() && value.interval) lines << QStringLiteral("interval ") + interval_text(value);
  if (!value.formula.empty()) lines << to_qstring(value.formula);
  if (!value.detail.empty()) lines << to_qstring(value.detail);
  return lines.join(QLatin1Char('\n'));
}

bool is_hollow(const Value& value) { return value.provenance >= Provenance::simulated; }

QString change_text(double ratio) {
  const double percent = (ratio - 1) * 100;
  const QString sign = percent > 0 ? QStringLiteral("+") : QString();
  return sign + QString::number(percent, 'f', 1) + QStringLiteral(" %");
}

QString run_key(std::string_view workload, std::string_view variant) {
  return to_qstring(workload) + QLatin1Char('/') + to_qstring(variant);
}

}  // namespace hpct
