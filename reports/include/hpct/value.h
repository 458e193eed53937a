// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace hpct {

/// Where a number comes from, strongest first. The order is the order of trust:
/// a derived value takes the weakest provenance of its inputs.
enum class Provenance {
  measured,   ///< clock or hardware register, this run, the whole region
  counted,    ///< exact software count, this run
  scaled,     ///< hardware counter that was on for part of the time
  sampled,    ///< statistical
  simulated,  ///< the code ran on a simulated CPU
  modelled,   ///< a formula
  missing,    ///< asked for and not there; see MissingReason
};

/// Why a value is missing. The names are part of the report format.
enum class MissingReason {
  no_pmu,          ///< the machine shows no performance-monitoring unit
  permission,      ///< the kernel refuses it to this user
  pmu_unknown,     ///< the library does not know this CPU
  event_unknown,   ///< this CPU has no such event
  conflict,        ///< does not fit beside the other events
  counts_nothing,  ///< accepted, and reads 0 where it must move
  phantom,         ///< exists and opens, but is known to be meaningless
  not_scheduled,   ///< never got onto the hardware
  isa_masked,      ///< the code path ran with another instruction set
  not_built,       ///< this build of the tool has no support for it
  not_declared,    ///< the workload does not say how much work it does
  no_ceiling,      ///< no roof was measured for this combination
  too_few,         ///< not enough repetitions
  undefined,       ///< the formula has no value here (division by zero)
  not_found,       ///< the system does not offer it
  uncertified,     ///< miscounts work of known size
};

std::string_view name_of(Provenance provenance);
std::string_view name_of(MissingReason reason);
std::optional<Provenance> provenance_from(std::string_view name);
std::optional<MissingReason> missing_reason_from(std::string_view name);

/// A range the true value is believed to lie in, in the unit of its Value.
struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

/// A number that knows its unit and its origin, or the reason why there is none.
/// `number` is empty exactly when `provenance` is `missing`; it is never NaN or infinite.
/// Units are SI base spellings: s, B, flop, B/s, flop/s, flop/B, row/s, 1 (a ratio).
struct Value {
  std::optional<double> number;
  std::string unit = "1";
  Provenance provenance = Provenance::missing;
  std::optional<Interval> interval;
  std::string formula;  ///< how a derived value was made; empty for a direct reading
  MissingReason reason = MissingReason::not_found;  ///< only meaningful when missing
  std::string detail;                               ///< one sentence for people, mostly for a missing value
  std::optional<double> running_share;  ///< of a scaled value: the part of the time it was counted, 0..1

  /// A known number. A NaN or infinity becomes `missing: undefined`.
  static Value of(double number, std::string unit, Provenance provenance, std::string formula = {});
  static Value missing(std::string unit, MissingReason reason, std::string detail = {});

  [[nodiscard]] bool known() const { return number.has_value(); }
  bool operator==(const Value&) const = default;
};

/// The weaker of two origins.
Provenance weakest(Provenance a, Provenance b);

/// A value computed from others. If an input is missing the result is missing for the same
/// reason; otherwise it carries the weakest provenance of the inputs and the formula.
/// `compute` is called only when every input is known.
Value derive(std::string unit, std::string formula, std::initializer_list<const Value*> inputs,
             const std::function<double()>& compute);

}  // namespace hpct
