// SPDX-License-Identifier: Apache-2.0
#include "collector/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <sstream>

namespace hpct {
namespace {

/// Optimal string alignment distance: insert, delete, replace, swap of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

std::optional<double> suffix_factor(std::string_view suffix) {
  constexpr std::array<std::pair<std::string_view, double>, 7> kSuffixes{
      {{"", 1}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}, {"Ki", 1024.0}, {"Mi", 1048576.0}, {"Gi", 1073741824.0}}};
  for (const auto& [known, factor] : kSuffixes)
    if (suffix == known || (suffix == "k" && known == "K")) return factor;
  return std::nullopt;
}

/// Without the exponent that would hide by how much a number is out of range: 1000000001, 0.001, 1e+20.
std::string plain_number(double number) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  return number == std::floor(number) && std::abs(number) <= kExact ? fmt::format("{:.0f}", number)
                                                                    : fmt::format("{:g}", number);
}

std::string legal_range(const Parameter& parameter) {
  if (parameter.low && parameter.high)
    return fmt::format("legal: {} to {}", plain_number(*parameter.low), plain_number(*parameter.high));
  return parameter.low ? fmt::format("legal: {} or more", plain_number(*parameter.low))
                       : fmt::format("legal: {} or less", plain_number(*parameter.high));
}

Expected<void> check_range(const Parameter& parameter, double number) {
  if ((parameter.low && number < *parameter.low) || (parameter.high && number > *parameter.high))
    return fail(ErrorCode::usage,
                fmt::format("parameter {} = {} is out of range", parameter.name, plain_number(number)),
                legal_range(parameter));
  return {};
}

/// Every int64 exactly, seeds above 2^53 included; with a suffix or a point through double, if still whole.
Expected<std::int64_t> whole_number(const Parameter& parameter, std::string_view text, double number) {
  std::int64_t exact = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, exact);
  if (error == std::errc{} && stop == end) return exact;
  constexpr double kLimit = 9223372036854775808.0;  // 2^63: the first that does not fit
  if (number == std::floor(number) && std::abs(number) < kLimit) return static_cast<std::int64_t>(number);
  return fail(ErrorCode::usage, fmt::format("parameter {} needs a whole number{}, not {}", parameter.name,
                                            std::abs(number) < kLimit ? "" : " below 2^63", text));
}

Expected<Scalar> parse_scalar(const Parameter& parameter, std::string_view text) {
  if (!std::holds_alternative<std::string>(parameter.default_value)) {
    const auto number = parse_number(text);
    if (!number)
      return fail(ErrorCode::usage, fmt::format("parameter {}: {}", parameter.name, number.error().message),
                  number.error().hint);
    if (auto legal = check_range(parameter, *number); !legal) return tl::unexpected(legal.error());
    if (std::holds_alternative<double>(parameter.default_value)) return Scalar{*number};
    const auto whole = whole_number(parameter, text, *number);
    return whole ? Expected<Scalar>(*whole) : tl::unexpected(whole.error());
  }
  const auto& choices = parameter.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end())
    return tl::unexpected(unknown_name("value of " + parameter.name, text, choices));
  return Scalar{std::string(text)};
}

}  // namespace

Expected<double> parse_number(std::string_view text) {
  double number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const auto factor = suffix_factor({stop, static_cast<std::size_t>(end - stop)});
  if (error != std::errc{} || !factor || !std::isfinite(number * *factor))
    return fail(ErrorCode::usage, fmt::format("\"{}\" is not a number", text),
                "write it like 250, 1.5, 100M or 64Ki");
  return number * *factor;
}

std::string short_number(std::int64_t number) {
  constexpr std::array<std::pair<std::int64_t, char>, 3> kSuffixes{
      {{1'000'000'000, 'G'}, {1'000'000, 'M'}, {1'000, 'K'}}};
  constexpr std::int64_t kReadable = 10'000;
  for (const auto& [factor, suffix] : kSuffixes)
    if ((number >= kReadable || number <= -kReadable) && number % factor == 0)
      return fmt::format("{}{}", number / factor, suffix);
  return fmt::format("{}", number);
}

std::map<std::string, Scalar, std::less<>> default_parameters(const WorkloadInfo& info) {
  std::map<std::string, Scalar, std::less<>> defaults;
  for (const auto& parameter : info.parameters()) defaults[parameter.name] = parameter.default_value;
  return defaults;
}

Expected<std::map<std::string, Scalar, std::less<>>> resolve_parameters(
    const WorkloadInfo& info, const std::vector<std::string>& assignments) {
  const auto parameters = info.parameters();
  auto resolved = default_parameters(info);
  std::vector<std::string> names;
  for (const auto& parameter : parameters) names.push_back(parameter.name);
  for (const std::string_view assignment : assignments) {
    const auto equals = assignment.find('=');
    if (equals == std::string_view::npos)
      return fail(ErrorCode::usage, fmt::format("\"{}\" sets nothing", assignment), "write --set name=value");
    const auto name = assignment.substr(0, equals);
    const auto parameter = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const Parameter& p) { return p.name == name; });
    if (parameter == parameters.end())
      return tl::unexpected(unknown_name(fmt::format("parameter of {}", info.name), name, names));
    auto value = parse_scalar(*parameter, assignment.substr(equals + 1));
    if (!value) return tl::unexpected(value.error());
    resolved[parameter->name] = *value;
  }
  return resolved;
}

bool means_nothing(const Parameter& parameter, const std::map<std::string, Scalar, std::less<>>& resolved) {
  const auto other = resolved.find(parameter.unless);
  return other != resolved.end() && !std::get<std::string>(other->second).empty();
}

std::vector<std::string> small_size_of(const WorkloadInfo& info) {
  std::istringstream words{std::string(info.small)};
  return {std::istream_iterator<std::string>(words), {}};
}

std::string nearest(std::string_view text, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, text.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const auto longer = std::max(text.size(), candidate.size());
    const auto shorter = std::min(text.size(), candidate.size());
    const bool prefix = text.size() >= 3 && candidate.starts_with(text);
    if (!prefix && longer - shorter >= best_distance) continue;  // hopeless, and maybe huge
    const auto distance = prefix ? 1 : edit_distance(text, candidate);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

Error unknown_name(std::string_view kind, std::string_view name, const std::vector<std::string>& candidates) {
  const auto close = nearest(name, candidates);
  return {ErrorCode::usage, fmt::format("unknown {} \"{}\"", kind, name),
          close.empty() ? fmt::format("there is: {}", fmt::join(candidates, ", "))
                        : fmt::format("did you mean \"{}\"?", close)};
}

std::int64_t Settings::integer(std::string_view name) const {
  return std::get<std::int64_t>(parameters.find(name)->second);
}

double Settings::real(std::string_view name) const { return std::get<double>(parameters.find(name)->second); }

const std::string& Settings::text(std::string_view name) const {
  return std::get<std::string>(parameters.find(name)->second);
}

}  // namespace hpct
