// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/isa.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hpct {

/// Those of a registry's kernel tables that this CPU can run.
template <class Table>
std::vector<const Table*> runnable_kernels(std::span<const Table* const> all) {
  std::vector<const Table*> some;
  for (const auto* table : all)
    if (std::string_view(table->isa) == "scalar" || cpu_supports(*isa_from(table->isa)))
      some.push_back(table);
  return some;
}

/// Names a test that has such a table as its parameter.
inline constexpr auto kByIsa = [](const auto& tested) { return std::string(tested.param->isa); };

}  // namespace hpct
