// SPDX-License-Identifier: Apache-2.0
#include "reports/unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace hpct {
namespace {

struct Prefix {
  double factor;
  std::string_view symbol;
};
constexpr std::array<Prefix, 10> kPrefixes{{{1e15, "P"},
                                            {1e12, "T"},
                                            {1e9, "G"},
                                            {1e6, "M"},
                                            {1e3, "k"},
                                            {1, ""},
                                            {1e-3, "m"},
                                            {1e-6, "u"},
                                            {1e-9, "n"},
                                            {1e-12, "p"}}};

/// Three significant digits without an exponent: 1234 -> "1230", 12.34 -> "12.3", 0.1234 -> "0.123".
std::string three_digits(double number) {
  if (number == 0) return "0";
  // Rounding may add a digit (9.999 -> 10.0), so the exponent is read after it.
  const auto rounded = fmt::format("{:.2e}", number);
  const int exponent = std::stoi(rounded.substr(rounded.find('e') + 1));
  return fmt::format("{:.{}f}", number, std::max(0, 2 - exponent));
}

/// A count prints whole ("3") while it is short, then as "12.0 G"; anything else with three digits ("3.14").
std::string plain_number(double number) {
  for (const auto& [factor, symbol] : kPrefixes)
    if (factor >= 1e6 && std::abs(number) >= factor * 0.9995)
      return fmt::format("{} {}", three_digits(number / factor), symbol);
  return number == std::floor(number) ? fmt::format("{:.0f}", number) : three_digits(number);
}

/// Counts of things have no milli-rows: prefixes below one are for seconds only.
bool may_shrink(std::string_view unit) { return unit == "s"; }

}  // namespace

std::string format_quantity(double number, std::string_view unit) {
  if (unit == "%") return fmt::format("{:.1f} %", number * 100);
  if (unit == "1") return plain_number(number);
  if (unit == "1/s") return plain_number(number) + " per s";
  if (unit == "flop/B") return three_digits(number) + " flop/B";
  const double size = std::abs(number);
  for (const auto& [factor, symbol] : kPrefixes) {
    if (factor < 1 && !may_shrink(unit)) break;
    if (factor > 1 && unit == "s") continue;  // 1000 s is not 1 ks
    if (size >= factor * 0.9995) return fmt::format("{} {}{}", three_digits(number / factor), symbol, unit);
  }
  if (size == 0) return fmt::format("0 {}", unit);
  return fmt::format("{:.3g} {}", number, unit);
}

std::string format_value(const Value& value) {
  if (value.known()) return format_quantity(*value.number, value.unit);
  return fmt::format("missing ({})", name_of(value.reason));
}

}  // namespace hpct
