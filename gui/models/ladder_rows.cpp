// SPDX-License-Identifier: Apache-2.0
#include "gui/models/ladder_rows.h"

#include "analyzer/metric.h"
#include "analyzer/value_text.h"
#include "gui/models/value_text.h"
#include "reports/unit.h"

namespace hpct {
namespace {

QString times(const std::optional<double>& ratio) {
  return ratio ? to_qstring(times_text(*ratio)) : QString();
}

QString share_text(const BindingRoof& roof) {
  if (!roof.share.known())
    return QStringLiteral("missing: ") + to_qstring(std::string(name_of(roof.share.reason)));
  return QStringLiteral("%1 of %2")
      .arg(to_qstring(format_value(roof.share)), to_qstring(roof_name(*roof.ceiling)));
}

LadderRow row_of(const Ladder& ladder, const Rung& rung, bool aside) {
  const auto& run = *rung.run;
  const double first = ladder.rungs.front().seconds;
  LadderRow row;
  row.name = QStringLiteral("%1, %2T").arg(to_qstring(run.variant)).arg(run.threads);
  row.time = to_qstring(format_value(value_or_missing(run.values, "time.wall", "s")));
  row.step = times(rung.step);
  if (first > 0 && rung.seconds > 0) row.speedup = first / rung.seconds;
  row.total = times(row.speedup);
  row.share = share_text(rung.roof);
  row.roofShare = rung.roof.share.number;
  row.modelled = rung.roof.share.provenance == Provenance::modelled;
  row.bound = to_qstring(bound_word(rung));
  row.news = to_qstring(run.summary);
  row.aside = aside;
  return row;
}

}  // namespace

std::vector<LadderRow> ladder_rows(const Ladder& ladder) {
  std::vector<LadderRow> rows;
  for (const auto& rung : ladder.rungs) rows.push_back(row_of(ladder, rung, false));
  for (const auto& rung : ladder.asides) rows.push_back(row_of(ladder, rung, true));
  return rows;
}

}  // namespace hpct
