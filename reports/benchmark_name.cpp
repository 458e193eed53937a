// SPDX-License-Identifier: Apache-2.0
#include "reports/benchmark_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace hpct {
namespace {

/// What Google Benchmark appends by itself: how it ran, not what was measured.
constexpr std::array<std::string_view, 5> kRunControls{"threads", "min_time", "min_warmup_time", "iterations",
                                                       "repetitions"};

std::vector<std::string_view> parts_of(std::string_view name) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= name.size();) {
    const auto slash = std::min(name.find('/', begin), name.size());
    parts.push_back(name.substr(begin, slash - begin));
    begin = slash + 1;
  }
  return parts;
}

template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
  Number number{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

Scalar scalar_of(std::string_view text) {
  if (const auto integer = whole_text_as<std::int64_t>(text)) return *integer;
  return std::string(text);
}

std::string text_of(const Scalar& scalar) {
  return std::visit([](const auto& value) { return fmt::format("{}", value); }, scalar);
}

bool among(const auto& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// Adds the argument that `part` is, if it is one.
void add_argument(BenchmarkName& name, std::string_view part, int& unnamed) {
  const auto colon = part.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    if (const auto number = whole_text_as<std::int64_t>(part))
      name.parameters[fmt::format("arg{}", unnamed++)] = *number;
    return;
  }
  const auto key = part.substr(0, colon);
  const bool scoped = part.substr(colon).starts_with("::");  // a C++ name and no argument
  if (key == "threads")
    name.threads = std::max(1, whole_text_as<int>(part.substr(colon + 1)).value_or(1));
  else if (!scoped && !among(kRunControls, key))
    name.parameters[std::string(key)] = scalar_of(part.substr(colon + 1));
}

}  // namespace

BenchmarkName parse_benchmark_name(std::string_view text) {
  BenchmarkName name;
  const auto slash = std::min(text.find('/'), text.size());
  name.family = text.substr(0, slash);
  if (slash < text.size()) name.variant = text.substr(slash + 1);
  int unnamed = 0;
  for (const auto part : parts_of(name.variant)) add_argument(name, part, unnamed);
  return name;
}

bool ruled_by_real_time(std::string_view name) {
  const auto parts = parts_of(name);
  return among(parts, "real_time") || among(parts, "manual_time");
}

std::string benchmark_name_of(const Run& run) {
  auto name = run.workload;
  if (!run.variant.empty()) name += "/" + run.variant;
  const auto parts = parts_of(run.variant);
  bool threads_said = run.threads == 1;
  for (const auto part : parts) threads_said = threads_said || part.starts_with("threads:");
  for (const auto& [key, value] : run.parameters) {
    const auto text = text_of(value);
    const auto pair = fmt::format("{}:{}", key, text);
    const bool sayable = !text.empty() && text.find_first_of(" /\t\n") == std::string::npos;
    if (sayable && !among(parts, pair) && !among(parts, std::string_view(text))) name += "/" + pair;
  }
  // Our rates are over wall time; Google Benchmark's name says so.
  if (run.role != "benchmark" && !ruled_by_real_time(name)) name += "/real_time";
  return threads_said ? name : fmt::format("{}/threads:{}", name, run.threads);
}

}  // namespace hpct
