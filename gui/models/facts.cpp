// SPDX-License-Identifier: Apache-2.0
#include "gui/models/facts.h"

#include <QLocale>

#include <QStringList>
#include <algorithm>

#include "analyzer/metric.h"
#include "analyzer/run_pairs.h"
#include "gui/models/tables.h"
#include "gui/models/value_text.h"
#include "reports/unit.h"

namespace hpct {
namespace {

/// Sizes of memories in powers of 1024, as data sheets give them.
QString bytes_text(std::int64_t bytes) {
  return QLocale::c().formattedDataSize(bytes, 3, QLocale::DataSizeIecFormat);
}

Fact value_fact(const QString& name, const Value& value) {
  return {name, value_with_interval(value), value_provenance(value), false};
}

void add_text(std::vector<Fact>& facts, const QString& name, const std::string& text) {
  if (!text.empty()) facts.push_back({name, to_qstring(text), {}, false});
}

QString caches_text(const Machine& machine) {
  QStringList parts;
  for (const auto& cache : machine.caches)
    if (cache.type != "instruction")
      parts << QStringLiteral("L%1 %2").arg(cache.level).arg(bytes_text(cache.bytes));
  return parts.join(QStringLiteral(", "));
}

QString join(const std::vector<std::string>& words) {
  QStringList list;
  for (const auto& word : words) list << to_qstring(word);
  return list.join(QLatin1Char(' '));
}

}  // namespace

QString run_title(const Run& run) {
  QStringList parts{to_qstring(run.workload) +
                    (run.variant.empty() ? QString() : QStringLiteral(" / ") + to_qstring(run.variant))};
  parts << (run.threads == 1 ? QStringLiteral("1 thread") : QStringLiteral("%1 threads").arg(run.threads));
  if (!run.isa.empty() && run.isa != run.variant) parts << to_qstring(run.isa);
  for (const auto& [name, value] : run.parameters)
    if (const auto text = to_text(value); !text.empty())
      parts << to_qstring(name) + QLatin1Char('=') + to_qstring(text);
  return parts.join(QStringLiteral(", "));
}

Fact check_fact(const Run& run) {
  if (run.role == "program" && run.exit_status)
    return {QStringLiteral("check"),
            QStringLiteral("exit status %1").arg(*run.exit_status),
            {},
            *run.exit_status != 0};
  const auto reference =
      run.check.reference.empty() ? QString() : QStringLiteral(" (%1)").arg(to_qstring(run.check.reference));
  if (run.role == "benchmark" && run.check.ok)
    return {QStringLiteral("check"), QStringLiteral("no error") + reference, {}, false};
  if (run.check.ok)
    return {QStringLiteral("check"), QStringLiteral("result verified") + reference, {}, false};
  const auto why = run.check.message.empty() ? QStringLiteral("not verified") : to_qstring(run.check.message);
  return {QStringLiteral("check"), QStringLiteral("WRONG RESULT: ") + why + reference, {}, true};
}

std::vector<Fact> headline_facts(const Run& run, const Comparison* comparison) {
  std::vector<Fact> facts{
      value_fact(QStringLiteral("Wall time"), value_or_missing(run.values, "time.wall", "s"))};
  if (const auto* row = comparison ? compared_time(*comparison, run, "") : nullptr) {
    auto text = verdict_text(row->verdict);
    if (row->ratio.known()) text = QStringLiteral("time %1, %2").arg(change_text(*row->ratio.number), text);
    facts.push_back({QStringLiteral("Against the baseline"), text, to_qstring(row->reason),
                     row->verdict == Verdict::regressed});
  }
  const auto add = [&](const char* name, const char* id, const char* unit) {
    facts.push_back(value_fact(QLatin1String(name), value_or_missing(run.values, id, unit)));
  };
  add("Throughput", "throughput", "item/s");
  add("Flops", "flops.rate", "flop/s");
  add("Memory traffic", "bytes.rate", "B/s");
  add("Share of the roof", "roof.share", "%");
  add("CPU utilisation", "cpu.utilisation", "%");
  return facts;
}

std::vector<Fact> machine_facts(const Report& report) {
  const auto& machine = report.machine;
  std::vector<Fact> facts;
  add_text(facts, QStringLiteral("Host"), machine.hostname);
  add_text(facts, QStringLiteral("CPU"), machine.cpu.model);
  facts.push_back({QStringLiteral("Cores"),
                   QStringLiteral("%1 cores, %2 hardware threads, %3 usable")
                       .arg(machine.cpu.cores)
                       .arg(machine.cpu.threads)
                       .arg(machine.cpu.usable),
                   {},
                   false});
  if (!machine.cpu.isa.empty())
    facts.push_back({QStringLiteral("Instructions"), join(machine.cpu.isa), {}, false});
  if (!machine.caches.empty()) facts.push_back({QStringLiteral("Caches"), caches_text(machine), {}, false});
  if (machine.memory_bytes > 0)
    facts.push_back({QStringLiteral("Memory"), bytes_text(machine.memory_bytes), {}, false});
  add_text(facts, QStringLiteral("System"), machine.os);
  add_text(facts, QStringLiteral("Kernel"), machine.kernel);
  add_text(facts, QStringLiteral("Hypervisor"), machine.hypervisor);
  add_text(facts, QStringLiteral("Governor"), machine.governor);
  add_text(facts, QStringLiteral("Turbo"), machine.turbo);
  add_text(facts, QStringLiteral("Clock"), machine.clock);
  facts.push_back({QStringLiteral("Hardware counters"),
                   machine.pmu.empty() ? QStringLiteral("available")
                                       : QStringLiteral("missing: ") + to_qstring(machine.pmu),
                   {},
                   false});
  return facts;
}

std::vector<Fact> origin_facts(const Report& report) {
  std::vector<Fact> facts;
  add_text(facts, QStringLiteral("Command"), join(report.command).toStdString());
  add_text(facts, QStringLiteral("When"), report.created);
  facts.push_back(
      {QStringLiteral("Tool"),
       QStringLiteral("%1 %2 %3")
           .arg(to_qstring(report.tool.name), to_qstring(report.tool.version), to_qstring(report.tool.commit))
           .trimmed(),
       {},
       false});
  add_text(facts, QStringLiteral("Compiler"),
           (to_qstring(report.tool.compiler) + QLatin1Char(' ') + to_qstring(report.tool.flags))
               .trimmed()
               .toStdString());
  add_text(facts, QStringLiteral("Directory"), report.source.directory);
  if (!report.source.commit.empty())
    add_text(facts, QStringLiteral("Source"),
             report.source.commit + (report.source.dirty ? " with changes" : ""));
  return facts;
}

std::vector<QString> warning_texts(const Analysis& analysis) {
  std::vector<QString> texts;
  for (const auto& warning : analysis.report.warnings) texts.push_back(to_qstring(warning));
  for (const auto& finding : analysis.findings)
    if (finding.severity == Severity::warning)
      texts.push_back(run_key(finding.workload, finding.variant) + QStringLiteral(": ") +
                      to_qstring(finding.claim));
  return texts;
}

const Run* same_run(const Report& report, const Run& run) {
  const auto at = std::find_if(report.runs.begin(), report.runs.end(), [&](const Run& other) {
    return other.workload == run.workload && other.variant == run.variant && other.threads == run.threads;
  });
  return at == report.runs.end() ? nullptr : &*at;
}

}  // namespace hpct
