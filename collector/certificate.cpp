// SPDX-License-Identifier: Apache-2.0
#include "collector/certificate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

namespace hpct {
namespace {

/// What a source says of one counter around `work`; empty when it does not have it.
std::optional<Value> reading_of(CounterSource& source, std::string_view counter,
                                const std::function<void()>& work) {
  source.start();
  work();
  source.stop();
  for (auto& [name, value] : source.read())
    if (name == counter) return value;
  return std::nullopt;
}

/// Not there for other reasons than a wrong count.
bool says_nothing(const std::optional<Value>& value) {
  return !value || (!value->known() && value->reason != MissingReason::counts_nothing);
}

/// Twice as many rounds minus once as many: what reading the counters adds is in both.
std::optional<CertificateEntry> try_on(CounterSource& source, const KnownKernel& kernel) {
  const auto once = reading_of(source, kernel.counter, [&] { kernel.run(kernel.rounds); });
  if (says_nothing(once)) return std::nullopt;
  const auto twice = reading_of(source, kernel.counter, [&] { kernel.run(2 * kernel.rounds); });
  if (says_nothing(twice)) return std::nullopt;
  CertificateEntry entry{.counter = std::string(kernel.counter),
                         .event = twice->formula,
                         .kernel = std::string(kernel.name),
                         .expected = kernel.per_round * static_cast<double>(kernel.rounds),
                         .measured = twice->number.value_or(0) - once->number.value_or(0),
                         .tolerance = kernel.tolerance,
                         .ok = false};
  entry.ok = std::abs(entry.measured / entry.expected - 1) <= kernel.tolerance;
  return entry;
}

/// What others do to the same memory or core in between only ever disturbs: one good trial of three is
/// enough. An event that counts something else is wrong each time.
std::optional<CertificateEntry> best_of_three(CounterSource& source, const KnownKernel& kernel) {
  auto entry = try_on(source, kernel);
  for (int more = 0; more < 2 && entry && !entry->ok; ++more) entry = try_on(source, kernel);
  return entry;
}

bool entered(const Certificate& certificate, const KnownKernel& kernel) {
  return std::any_of(certificate.begin(), certificate.end(), [&](const CertificateEntry& entry) {
    return entry.counter == kernel.counter && entry.kernel == kernel.name;
  });
}

/// Counters of this pass, with their values around nothing in particular.
Readings counters_of(CounterSource& source) {
  source.start();
  source.stop();
  auto readings = source.read();
  std::erase_if(readings, [](const auto& reading) { return says_nothing(reading.second); });
  return readings;
}

bool has(const Readings& readings, std::string_view counter) {
  return std::any_of(readings.begin(), readings.end(),
                     [&](const auto& reading) { return reading.first == counter; });
}

/// Calls `visit` with the source and what it counts, for each of its passes.
void for_each_pass(CounterSources sources,
                   const std::function<void(CounterSource&, const Readings&)>& visit) {
  for (const auto& source : sources) {
    for (int pass = 0; pass < source->passes(); ++pass) {
      source->choose_pass(pass);
      visit(*source, counters_of(*source));
    }
    source->choose_pass(0);
  }
}

}  // namespace

Certificate certify(CounterSources sources, std::span<const KnownKernel> kernels) {
  Certificate certificate;
  for_each_pass(sources, [&](CounterSource& source, const Readings& counted) {
    for (const auto& kernel : kernels) {
      // Instructions are in every pass; once is enough.
      if (!has(counted, kernel.counter) || !kernel.runs_here() || entered(certificate, kernel)) continue;
      kernel.run(1);  // what happens at the first call only
      if (auto entry = best_of_three(source, kernel)) certificate.push_back(std::move(*entry));
    }
  });
  return certificate;
}

std::string certifiable_events(CounterSources sources, std::span<const KnownKernel> kernels) {
  std::string events;
  for_each_pass(sources, [&](CounterSource&, const Readings& counted) {
    for (const auto& [name, value] : counted)
      if (std::any_of(kernels.begin(), kernels.end(),
                      [&](const auto& kernel) { return kernel.counter == name; }))
        events += fmt::format("{}={};", name, value.formula);
  });
  return events;
}

void drop_refuted(const Certificate& certificate, ValueMap& values) {
  for (const auto& entry : certificate) {
    const auto at = values.find(entry.counter);
    if (entry.ok || at == values.end() || !at->second.known()) continue;
    at->second = Value::missing(
        at->second.unit, MissingReason::uncertified,
        fmt::format("{} counted {:.2f} times the truth ({}: {:.0f} for {:.0f})",
                    entry.event.empty() ? entry.counter : entry.event, entry.measured / entry.expected,
                    entry.kernel, entry.measured, entry.expected));
  }
}

}  // namespace hpct
