// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace hpct::onebrc {
namespace {

void append_tenths(std::string& text, std::int64_t tenths) {
  const auto magnitude = tenths < 0 ? -tenths : tenths;
  if (tenths < 0) text += '-';
  fmt::format_to(std::back_inserter(text), "{}.{}", magnitude / 10, magnitude % 10);
}

}  // namespace

void Tally::add(int tenths) {
  sum += tenths;
  ++count;
  min = std::min(min, tenths);
  max = std::max(max, tenths);
}

void Tally::add(const Tally& other) {
  sum += other.sum;
  count += other.count;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

void make_sorted_and_unique(Tallies& tallies) {
  std::sort(tallies.begin(), tallies.end(), [](const Tally& a, const Tally& b) { return a.name < b.name; });
  auto last = tallies.begin();
  for (auto next = tallies.begin(); next != tallies.end(); ++next) {
    if (next == last) continue;
    if (next->name == last->name)
      last->add(*next);
    else if (++last != next)
      *last = std::move(*next);
  }
  if (!tallies.empty()) tallies.erase(last + 1, tallies.end());
}

std::int64_t count_rows(const Tallies& tallies) {
  std::int64_t rows = 0;
  for (const auto& tally : tallies) rows += tally.count;
  return rows;
}

std::int64_t mean_tenths(std::int64_t sum, std::int64_t count) {
  const auto numerator = 2 * sum + count;
  const auto denominator = 2 * count;
  const auto quotient = numerator / denominator;  // towards zero: one too much below zero
  return numerator % denominator < 0 ? quotient - 1 : quotient;
}

std::string format_tenths(std::int64_t tenths) {
  std::string text;
  append_tenths(text, tenths);
  return text;
}

std::string format_results(const Tallies& tallies) {
  std::string text = "{";
  for (const auto& tally : tallies) {
    if (text.size() > 1) text += ", ";
    text += tally.name;
    text += '=';
    append_tenths(text, tally.min);
    text += '/';
    append_tenths(text, mean_tenths(tally.sum, tally.count));
    text += '/';
    append_tenths(text, tally.max);
  }
  return text + "}";
}

}  // namespace hpct::onebrc
