// SPDX-License-Identifier: Apache-2.0
#include <hpct/value.h>
#include <algorithm>
#include <array>
#include <cmath>

namespace hpct {
namespace {

// In the order of the enumerations: the index is the value.
constexpr std::array<std::string_view, 7> kProvenanceNames{"measured",  "counted",  "scaled", "sampled",
                                                           "simulated", "modelled", "missing"};
constexpr std::array<std::string_view, 16> kReasonNames{
    "no_pmu",         "permission", "pmu_unknown",   "event_unknown", "conflict",
    "counts_nothing", "phantom",    "not_scheduled", "isa_masked",    "not_built",
    "not_declared",   "no_ceiling", "too_few",       "undefined",     "not_found",      "uncertified"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto* const at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

}  // namespace

std::string_view name_of(Provenance provenance) {
  return kProvenanceNames.at(static_cast<std::size_t>(provenance));
}

std::string_view name_of(MissingReason reason) { return kReasonNames.at(static_cast<std::size_t>(reason)); }

std::optional<Provenance> provenance_from(std::string_view name) {
  return find_name<Provenance>(kProvenanceNames, name);
}

std::optional<MissingReason> missing_reason_from(std::string_view name) {
  return find_name<MissingReason>(kReasonNames, name);
}

Value Value::of(double number, std::string unit, Provenance provenance, std::string formula) {
  if (!std::isfinite(number))
    return missing(std::move(unit), MissingReason::undefined,
                   formula.empty() ? "not a number" : formula + " has no value here");
  Value value;
  value.number = number;
  value.unit = std::move(unit);
  value.provenance = provenance;
  value.formula = std::move(formula);
  return value;
}

Value Value::missing(std::string unit, MissingReason reason, std::string detail) {
  Value value;
  value.unit = std::move(unit);
  value.reason = reason;
  value.detail = std::move(detail);
  return value;
}

Provenance weakest(Provenance a, Provenance b) { return std::max(a, b); }

Value derive(std::string unit, std::string formula, std::initializer_list<const Value*> inputs,
             const std::function<double()>& compute) {
  auto provenance = Provenance::measured;
  std::optional<double> running_share;
  for (const auto* input : inputs) {
    if (!input->known()) return Value::missing(std::move(unit), input->reason, input->detail);
    provenance = weakest(provenance, input->provenance);
    if (input->running_share) running_share = std::min(*input->running_share, running_share.value_or(1));
  }
  auto value = Value::of(compute(), std::move(unit), provenance, std::move(formula));
  if (value.known()) value.running_share = running_share;
  return value;
}

}  // namespace hpct
