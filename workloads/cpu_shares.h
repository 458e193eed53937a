// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sched.h>
#include <optional>

namespace hpct {

/// Keeps the members of a team off each other's CPUs: the CPUs this thread may use are dealt out, one after
/// the other, and each member stays on those it got. Left to itself Linux often wakes a member on the CPU of
/// the one that woke it, and moves it away milliseconds later. Where there are as many CPUs as members this
/// pins them; where there are more, a member can still flee from one that others keep busy.
class CpuShares {
 public:
  /// Deals out nothing when there are fewer CPUs than members, or a single member.
  explicit CpuShares(int members);

  [[nodiscard]] bool dealt() const { return allowed_.has_value(); }
  /// The calling thread stays on that member's CPUs from now on.
  void take(int member) const noexcept;
  /// The calling thread moves to the CPUs of member 0 if it runs on another's. It is not tied to them: the
  /// threads that it starts would be, too.
  void visit_first() const noexcept;

 private:
  [[nodiscard]] cpu_set_t share_of(int member) const;

  int members_;
  std::optional<cpu_set_t> allowed_;
  cpu_set_t first_{};  ///< of member 0
};

}  // namespace hpct
