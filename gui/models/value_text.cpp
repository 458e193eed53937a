// SPDX-License-Identifier: Apache-2.0
#include "gui/models/value_text.h"

#include <QStringList>

#include "reports/unit.h"

namespace hpct {
namespace {

QString interval_text(const Value& value) {
  return QStringLiteral("[%1, %2]")
      .arg(to_qstring(format_quantity(value.interval->low, value.unit)),
           to_qstring(format_quantity(value.interval->high, value.unit)));
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
