// SPDX-License-Identifier: Apache-2.0
#include "workloads/ceiling_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace hpct {
namespace {

Quantity counted(double amount, std::string formula) {
  return {amount, std::move(formula), Provenance::counted};
}

Value bytes_value(std::int64_t bytes) {
  return Value::of(static_cast<double>(bytes), "B", Provenance::counted);
}

ValueMap set_values(const LimitWork& work, std::int64_t page) {
  ValueMap values{{"set.bytes", bytes_value(work.array_words() * 8 * work.limit.arrays())}};
  if (page > 0) values["set.page"] = bytes_value(page);
  if (!work.plateau) return values;
  values["set.low"] = bytes_value(work.plateau->low);
  values["set.high"] = bytes_value(work.plateau->high);
  return values;
}

DeclaredWork memory_work(const LimitWork& work, std::int64_t page) {
  const auto array_bytes = static_cast<double>(work.words_per_unit()) * 8;
  const auto amount = static_cast<double>(work.units) * work.limit.threads;
  const auto moved = [&](int arrays) {
    return counted(array_bytes * arrays * amount,
                   fmt::format("{} array(s) of {} B * {} {} * {} threads", arrays, array_bytes, work.units,
                               work.in_blocks() ? "blocks" : "passes", work.limit.threads));
  };
  DeclaredWork declared;
  declared.total.bytes_read = moved(std::max(1, work.limit.arrays() - 1));
  if (work.limit.arrays() > 1) declared.total.bytes_written = moved(1);
  declared.facts = set_values(work, page);
  return declared;
}

DeclaredWork arithmetic_work(const LimitWork& work) {
  DeclaredWork declared;
  const auto& [limit, set, plateau, units] = work;
  declared.total.flops =
      counted(static_cast<double>(limit.peak->operations) * kFmaChains * kFmaSteps *
                  static_cast<double>(units) * limit.threads,
              fmt::format("{} operations * {} chains * {} steps * {} threads", limit.peak->operations,
                          kFmaChains, units * kFmaSteps, limit.threads));
  return declared;
}

}  // namespace

DeclaredWork declared_work(const LimitWork& work, std::int64_t page_bytes) {
  return work.limit.level == MemoryLevel::none ? arithmetic_work(work) : memory_work(work, page_bytes);
}

}  // namespace hpct
