// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/profile_assembly.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "collector/sampling/sampling_cost.h"
#include "collector/sampling/symbolizer.h"

namespace hpct {
namespace {

constexpr std::size_t kListedBySelf = 40;
constexpr std::size_t kListedByTotal = 10;  ///< more, of those that have little time of their own
constexpr std::size_t kListedInlined = 3;
constexpr std::size_t kLongestName = 400;
/// Places, the most sampled first, for which inlined functions are looked up.
constexpr std::size_t kLookedInto = 10'000;
/// Without a known start function a stack of so many callers counts as whole.
constexpr std::size_t kDeepEnough = 4;

using Symbols = std::unordered_map<std::uint64_t, CodeSymbol>;

Symbols name_places(const StackProfile& stacks) {
  std::unordered_map<std::uint64_t, std::int64_t> weights;
  stacks.each([&](const std::string&, const std::vector<std::uint64_t>& places, std::int64_t samples) {
    for (const auto place : places) weights[place] += samples;
  });
  std::vector<std::pair<std::int64_t, std::uint64_t>> order;
  for (const auto& [place, weight] : weights) order.emplace_back(-weight, place);
  std::sort(order.begin(), order.end());
  Symbolizer symbolizer(stacks.modules());
  Symbols symbols;
  for (std::size_t i = 0; i < order.size(); ++i)
    symbols[order[i].second] = symbolizer.at(CodePlace::unpacked(order[i].second), i < kLookedInto);
  return symbols;
}

/// A symbol without what separates frames, samples and lines in collapsed stacks.
std::string frame_text(std::string name) {
  for (char& letter : name)
    if (letter == ';' || letter == '\n') letter = ':';
  return name;
}

/// "thread;outermost;...;innermost"
std::string line_of(const std::string& thread, const std::vector<std::uint64_t>& places,
                    const Symbols& symbols) {
  auto line = frame_text(thread);
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    const auto& symbol = symbols.at(*place);
    line += fmt::format(";{}{}", frame_text(symbol.function), symbol.kernel ? "_[k]" : "");
    for (const auto& inlined : symbol.inlined) line += fmt::format(";{}_[i]", frame_text(inlined));
  }
  return line;
}

bool is_start(const CodeSymbol& symbol) {
  constexpr std::array<std::string_view, 9> kStarts{
      "_start", "main",    "__libc_start_main", "__libc_start_call_main", "start_thread", "clone",
      "clone3", "__clone", "thread_start"};
  return std::find(kStarts.begin(), kStarts.end(), symbol.function) != kStarts.end();
}

/// What is known of one function while samples are summed.
struct Tally {
  std::int64_t self = 0;
  std::int64_t total = 0;
  std::map<std::pair<std::string, int>, std::int64_t> own_lines;
  std::map<std::pair<std::string, int>, std::int64_t> all_lines;
  std::map<std::string, std::int64_t> inlined;
};

class Tallies {
 public:
  /// `places` innermost first.
  void add(const std::vector<std::uint64_t>& places, const Symbols& symbols, std::int64_t samples) {
    std::set<const Tally*> seen;  // a function that calls itself counts once
    bool whole = places.size() > kDeepEnough;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto& symbol = symbols.at(places[i]);
      auto& tally = tallies_[{symbol.module, symbol.function}];
      if (i == 0) add_self(symbol, tally, samples);
      if (seen.insert(&tally).second) {
        tally.total += samples;
        tally.all_lines[{symbol.file, symbol.line}] += samples;
      }
      whole = whole || is_start(symbol);
    }
    if (whole) complete_ += samples;
  }
  [[nodiscard]] std::int64_t complete() const { return complete_; }
  [[nodiscard]] std::vector<HotFunction> listed() const;

 private:
  static void add_self(const CodeSymbol& symbol, Tally& tally, std::int64_t samples) {
    tally.self += samples;
    tally.own_lines[{symbol.file, symbol.line}] += samples;
    for (const auto& name : std::set(symbol.inlined.begin(), symbol.inlined.end()))
      tally.inlined[name] += samples;
  }
  std::map<std::pair<std::string, std::string>, Tally> tallies_;  // module, function
  std::int64_t complete_ = 0;
};

std::string limited(const std::string& name) {
  return name.size() <= kLongestName ? name : name.substr(0, kLongestName) + "...";
}

HotFunction hot_function(const std::pair<std::string, std::string>& name, const Tally& tally) {
  HotFunction hot;
  hot.module = name.first;
  hot.name = limited(name.second);
  hot.self = tally.self;
  hot.total = tally.total;
  const auto& lines = tally.self > 0 ? tally.own_lines : tally.all_lines;
  const auto hottest = std::max_element(lines.begin(), lines.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
  if (!hottest->first.first.empty() && hottest->first.second > 0)
    std::tie(hot.file, hot.line) = hottest->first;
  for (const auto& [inlined, samples] : tally.inlined) hot.inlined.push_back({limited(inlined), samples});
  std::stable_sort(hot.inlined.begin(), hot.inlined.end(),
                   [](const auto& a, const auto& b) { return a.self > b.self; });
  if (hot.inlined.size() > kListedInlined) hot.inlined.resize(kListedInlined);
  return hot;
}

std::vector<HotFunction> Tallies::listed() const {
  std::vector<HotFunction> all;
  for (const auto& [name, tally] : tallies_) all.push_back(hot_function(name, tally));
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::pair(a.self, a.total) > std::pair(b.self, b.total);
  });
  if (all.size() <= kListedBySelf) return all;
  const auto rest = all.begin() + kListedBySelf;
  std::stable_sort(rest, all.end(), [](const auto& a, const auto& b) { return a.total > b.total; });
  all.resize(std::min(all.size(), kListedBySelf + kListedByTotal));
  return all;
}

Value rate_of(const SampledStacks& sampled) {
  auto rate = Value::of(sampled.rate_hz, "Hz", Provenance::sampled);
  if (sampled.rate_hz < sampled.wanted_hz * 0.99)
    rate.detail = fmt::format(
        "not {:.0f} Hz: one sample costs {:.0f} us here, and sampling may take {:.0f} %", sampled.wanted_hz,
        static_cast<double>(sampled.sample_cost_ns) * 1e-3, kHighestCostShare * 100);
  return rate;
}

Value cost_of(const SampledStacks& sampled, std::int64_t cpu_ns) {
  if (sampled.sample_cost_ns <= 0 || cpu_ns <= 0)
    return Value::missing("%", MissingReason::too_few, "the cost of a sample could not be measured");
  const auto taken = sampled.samples + sampled.skipped + sampled.lost;
  const auto spent = taken * sampled.sample_cost_ns + sampled.reader_cpu_ns;
  auto cost = Value::of(static_cast<double>(spent) / static_cast<double>(cpu_ns), "%", Provenance::measured,
                        "(samples * cost of one sample + CPU time of the reader) / time.cpu");
  cost.detail = fmt::format("one sample costs {:.1f} us", static_cast<double>(sampled.sample_cost_ns) * 1e-3);
  return cost;
}

}  // namespace

void merge(SampledStacks& sum, const SampledStacks& other) {
  sum.stacks.merge(other.stacks);
  sum.samples += other.samples;
  sum.skipped += other.skipped;
  sum.lost += other.lost;
  sum.reader_cpu_ns += other.reader_cpu_ns;
}

NamedProfile name_profile(const SampledStacks& sampled, std::int64_t wall_ns, std::int64_t cpu_ns) {
  const auto symbols = name_places(sampled.stacks);
  Tallies tallies;
  std::map<std::string, std::int64_t> lines;
  sampled.stacks.each(
      [&](const std::string& thread, const std::vector<std::uint64_t>& places, std::int64_t samples) {
        tallies.add(places, symbols, samples);
        lines[line_of(thread, places, symbols)] += samples;
      });
  NamedProfile named;
  auto& profile = named.profile;
  profile.rate = rate_of(sampled);
  profile.cost_share = cost_of(sampled, cpu_ns);
  profile.event = sampled.event + (sampled.sees_kernel ? "" : ":u");
  profile.call_graph = sampled.call_graph == CallGraph::dwarf ? "dwarf" : "fp";
  profile.samples = sampled.samples;
  profile.lost = sampled.lost;
  const double threads = wall_ns > 0 ? static_cast<double>(cpu_ns) / static_cast<double>(wall_ns) : 1;
  profile.effective_samples = static_cast<double>(sampled.samples) / std::max(1.0, threads);
  profile.complete_stacks = tallies.complete();
  profile.functions = tallies.listed();
  profile.other_self = sampled.samples;
  for (const auto& function : profile.functions) profile.other_self -= function.self;
  for (const auto& [line, samples] : lines) named.stacks += fmt::format("{} {}\n", line, samples);
  return named;
}

Profile missing_profile(MissingReason reason, const std::string& detail) {
  Profile profile;
  profile.rate = Value::missing("Hz", reason, detail);
  profile.cost_share = Value::missing("%", reason, detail);
  return profile;
}

}  // namespace hpct
