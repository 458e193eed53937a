// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis_json.h"

#include <algorithm>

#include "analyzer/ladder.h"
#include "reports/json_tree.h"

namespace hpct {
namespace {

// Of the three documents below; a change of meaning takes a new number.
constexpr int kVersion = 1;

template <class Items, class Convert>
std::vector<JsonTree> list_of(const Items& items, Convert convert) {
  std::vector<JsonTree> trees;
  for (const auto& item : items) trees.push_back(convert(item));
  return trees;
}

/// "not_comparable": programs branch on it, so it is a name and not words.
std::string key_of(Verdict verdict) {
  std::string key(name_of(verdict));
  std::replace(key.begin(), key.end(), ' ', '_');
  return key;
}

JsonTree document(std::string_view schema) {
  JsonTree tree;
  tree.set("schema", schema).set("schema_version", kVersion);
  return tree;
}

JsonTree tree_of(const Evidence& evidence) {
  JsonTree tree;
  tree.set("label", evidence.label).set("value", evidence.value);
  return tree;
}

JsonTree tree_of(const Finding& finding) {
  JsonTree tree;
  tree.set("id", finding.id).set("severity", name_of(finding.severity));
  tree.set("workload", finding.workload).set("variant", finding.variant).set("region", finding.region);
  tree.set("claim", finding.claim).set("gain", finding.gain).set("advice", finding.advice);
  tree.set("bound", finding.bound);
  tree.set("evidence", list_of(finding.evidence, [](const auto& item) { return tree_of(item); }));
  return tree;
}

JsonTree tree_of(const RooflinePoint& point) {
  JsonTree tree;
  tree.set("workload", point.workload).set("variant", point.variant).set("region", point.region);
  tree.set("isa", point.isa).set("threads", point.threads);
  tree.set("intensity", point.intensity).set("flops.rate", point.rate).set("bytes.rate", point.bytes_rate);
  tree.set("roof.share", point.roof_share)
      .set("roof", point.roof)
      .set("at_roof", point.at_roof)
      .set("weight", point.weight);
  return tree;
}

JsonTree tree_of(const StepFactors& factors) {
  JsonTree tree;
  tree.set("work", factors.work).set("roof", factors.roof).set("share", factors.share);
  tree.set("kind", factors.kind);
  return tree;
}

JsonTree tree_of(const Rung& rung) {
  JsonTree tree;
  tree.set("variant", rung.run->variant).set("threads", rung.run->threads).set("aside", rung.run->aside);
  tree.set("roof.share", rung.roof.share);
  if (rung.roof.ceiling != nullptr) tree.set("roof", roof_name(*rung.roof.ceiling));
  if (rung.step) tree.set("step", *rung.step);
  if (rung.total) tree.set("total", *rung.total);
  if (rung.factors) tree.set("factors", tree_of(*rung.factors));
  tree.set("bound", bound_word(rung)).set("finding", rung.bound ? rung.bound->id : "");
  return tree;
}

JsonTree tree_of(const Report& report, const Ladder& ladder) {
  std::vector<JsonTree> rungs;
  for (const auto* list : {&ladder.rungs, &ladder.asides})
    for (const auto& rung : *list) rungs.push_back(tree_of(rung));
  JsonTree tree;
  tree.set("workload", ladder.rungs.front().run->workload).set("reading", reading_of(report, ladder));
  tree.set("rungs", std::move(rungs));
  return tree;
}

JsonTree tree_of(const ComparedRow& row) {
  JsonTree tree;
  tree.set("workload", row.workload).set("variant", row.variant).set("region", row.region);
  tree.set("threads", row.threads).set("metric", row.metric);
  tree.set("in_base", row.in_base).set("in_candidate", row.in_candidate);
  tree.set("base", row.base).set("candidate", row.candidate).set("ratio", row.ratio);
  tree.set("verdict", key_of(row.verdict)).set("reason", row.reason);
  return tree;
}

JsonTree tree_of(const Difference& difference) {
  JsonTree tree;
  tree.set("what", difference.what).set("base", difference.base).set("candidate", difference.candidate);
  tree.set("blocks", difference.blocks);
  return tree;
}

JsonTree tree_of(const RoofPair& pair) {
  JsonTree tree;
  tree.set("roof", pair.base.id).set("isa", pair.base.isa).set("threads", pair.base.threads);
  tree.set("base", pair.base.value).set("candidate", pair.candidate.value).set("agree", pair.agree);
  return tree;
}

JsonTree tree_of(const RuleResult& result) {
  JsonTree tree;
  tree.set("rule", result.rule).set("subject", result.subject);
  tree.set("verdict", key_of(result.verdict)).set("message", result.message);
  return tree;
}

JsonTree tree_of(const Comparison& comparison) {
  const auto& options = comparison.options;
  auto tree = document("hpct-comparison");
  tree.set("verdict", key_of(comparison.overall)).set("threshold", options.threshold);
  tree.set("ignore_differences", options.ignore_differences);
  // The seed and the number of draws make every interval reproducible from the two reports.
  tree.set("seed", options.seed).set("resamples", options.resamples);
  tree.set("differences", list_of(comparison.differences, [](const auto& item) { return tree_of(item); }));
  tree.set("rows", list_of(comparison.rows, [](const auto& item) { return tree_of(item); }));
  tree.set("roofs", list_of(comparison.roofs, [](const auto& item) { return tree_of(item); }));
  return tree;
}

}  // namespace

std::string to_json(const Analysis& analysis) {
  JsonTree roofline;
  const auto points = [](const auto& list) {
    return list_of(list, [](const auto& item) { return tree_of(item); });
  };
  roofline.set("points", points(analysis.roofline.points))
      .set("undrawable", points(analysis.roofline.undrawable));
  auto tree = document("hpct-analysis");
  tree.set("findings", list_of(analysis.findings, [](const auto& item) { return tree_of(item); }));
  tree.set("ladders", list_of(ladders_of(analysis.report),
                              [&](const auto& ladder) { return tree_of(analysis.report, ladder); }));
  tree.set("roofline", std::move(roofline)).set("report", analysis.report);
  return tree.text();
}

std::string to_json(const Comparison& comparison) { return tree_of(comparison).text(); }

std::string to_json(const GateDecision& decision, const Comparison& comparison) {
  auto tree = document("hpct-gate");
  tree.set("verdict", key_of(decision.verdict)).set("exit_code", exit_code(decision));
  tree.set("results", list_of(decision.results, [](const auto& item) { return tree_of(item); }));
  tree.set("comparison", tree_of(comparison));
  return tree.text();
}

}  // namespace hpct
