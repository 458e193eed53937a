// SPDX-License-Identifier: Apache-2.0
#include "analyzer/differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analyzer/run_pairs.h"
#include "analyzer/value_text.h"

namespace hpct {
namespace {

constexpr bool kBlocks = true;
constexpr bool kInforms = false;

class DifferenceList {
 public:
  void add(std::string what, std::string base, std::string candidate, bool blocks) {
    if (base != candidate) list_.push_back({std::move(what), shown(base), shown(candidate), blocks});
  }
  void add(std::string what, std::int64_t base, std::int64_t candidate, bool blocks) {
    add(std::move(what), fmt::format("{}", base), fmt::format("{}", candidate), blocks);
  }
  std::vector<Difference> take() {
    std::stable_partition(list_.begin(), list_.end(), [](const auto& d) { return d.blocks; });
    return std::move(list_);
  }
  [[nodiscard]] bool empty() const { return list_.empty(); }

 private:
  static std::string shown(const std::string& text) { return text.empty() ? "unknown" : text; }

  std::vector<Difference> list_;
};

std::string quota_text(const Limits& limits) {
  return limits.cpu_quota ? fmt::format("{:g} cores", *limits.cpu_quota) : "no limit";
}

std::string memory_text(const Limits& limits) {
  return limits.memory_bytes ? fmt::format("{} B", *limits.memory_bytes) : "no limit";
}

void add_machine(DifferenceList& list, const Machine& base, const Machine& candidate) {
  list.add("CPU model", base.cpu.model, candidate.cpu.model, kBlocks);
  list.add("usable CPUs", base.cpu.usable, candidate.cpu.usable, kBlocks);
  list.add("CPU quota", quota_text(base.limits), quota_text(candidate.limits), kBlocks);
  list.add("hostname", base.hostname, candidate.hostname, kInforms);
  list.add("microcode", base.cpu.microcode, candidate.cpu.microcode, kInforms);
  list.add("kernel", base.kernel, candidate.kernel, kInforms);
  list.add("operating system", base.os, candidate.os, kInforms);
  list.add("hypervisor", base.hypervisor, candidate.hypervisor, kInforms);
  list.add("frequency governor", base.governor, candidate.governor, kInforms);
  list.add("turbo", base.turbo, candidate.turbo, kInforms);
  list.add("transparent huge pages", base.transparent_huge_pages, candidate.transparent_huge_pages, kInforms);
  list.add("memory limit", memory_text(base.limits), memory_text(candidate.limits), kInforms);
  // A hash says that something differs, not what: only worth a line when nothing above says it.
  if (list.empty()) list.add("machine fingerprint", base.fingerprint, candidate.fingerprint, kInforms);
}

void add_build(DifferenceList& list, const Report& base, const Report& candidate) {
  list.add("tool version", base.tool.version, candidate.tool.version, kInforms);
  list.add("tool commit", base.tool.commit, candidate.tool.commit, kInforms);
  list.add("compiler", base.tool.compiler, candidate.tool.compiler, kInforms);
  list.add("build flags", base.tool.flags, candidate.tool.flags, kInforms);
  list.add("build type", base.tool.build_type, candidate.tool.build_type, kInforms);
  list.add("source commit", base.source.commit, candidate.source.commit, kInforms);
  list.add("recorded", base.created, candidate.created, kInforms);
}

std::string parameter_text(const Run& run, const std::string& name) {
  const auto at = run.parameters.find(name);
  return at == run.parameters.end() ? "" : to_text(at->second);
}

/// "tsc", "tsc_fenced", "clock_gettime": how regions read the time, without the measured rate.
std::string region_clock(const Run& run) {
  if (!run.instrumentation) return {};
  const auto& clock = run.instrumentation->clock;
  return clock.substr(0, clock.find(' '));
}

bool fenced(const std::string& clock) { return clock.ends_with("_fenced"); }

/// A fenced region costs twice as much and shows another time below a microsecond. Other clocks differ less.
void add_region_clock(DifferenceList& list, const std::string& run, const Run& base, const Run& candidate) {
  const auto a = region_clock(base);
  const auto b = region_clock(candidate);
  if (!a.empty() && !b.empty()) list.add(run + "region clock", a, b, fenced(a) != fenced(b));
}

std::string timeline_text(const Run& run) {
  if (!run.timeline) return {};
  return run.timeline->dropped > 0 ? "incomplete" : "complete";
}

}  // namespace

std::vector<Difference> machine_differences(const Report& base, const Report& candidate) {
  DifferenceList list;
  add_machine(list, base.machine, candidate.machine);
  add_build(list, base, candidate);
  return list.take();
}

std::vector<Difference> run_differences(const Run& base, const Run& candidate) {
  DifferenceList list;
  const auto run = label_of(base) + " ";
  list.add(run + "threads", base.threads, candidate.threads, kBlocks);
  list.add(run + "instruction set", base.isa, candidate.isa, kBlocks);
  add_region_clock(list, run, base, candidate);
  if (base.timeline && candidate.timeline)
    list.add(run + "timeline", timeline_text(base), timeline_text(candidate), kInforms);
  std::set<std::string> names;
  for (const auto& [name, value] : base.parameters) names.insert(name);
  for (const auto& [name, value] : candidate.parameters) names.insert(name);
  for (const auto& name : names)
    list.add(run + "parameter " + name, parameter_text(base, name), parameter_text(candidate, name), kBlocks);
  return list.take();
}

}  // namespace hpct
