// SPDX-License-Identifier: Apache-2.0
#include "reports/event_map.h"

#include <charconv>

#include "reports/json_archive.h"

namespace hpct {

template <class Archive>
void describe(Archive& field, NativeEvent& event) {
  field.required("name", event.name);
  field.optional("raw", event.raw);
  field.optional("weight", event.weight);
  field.optional("raw_only", event.raw_only);
}

template <class Archive>
void describe(Archive& field, MetricEvents& metric) {
  field.optional("events", metric.events);
  field.optional("per", metric.per);
  field.optional("scale", metric.scale);
  field.optional("sum_over", metric.sum_over);
  field.optional("note", metric.note);
  field.optional("missing", metric.missing);
}

template <class Archive>
void describe(Archive& field, CpuModels& cpus) {
  field.required("vendor", cpus.vendor);
  field.required("family", cpus.family);
  field.required("models", cpus.models);
}

template <class Archive>
void describe(Archive& field, EventMap& map) {
  field.required("core", map.core);
  field.required("title", map.title);
  field.required("cpus", map.cpus);
  field.optional("libpfm", map.libpfm);
  field.required("sources", map.sources);
  field.required("metrics", map.metrics);
}

namespace {

/// Decimal, or hexadecimal after 0x.
std::optional<std::uint64_t> number_in(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  std::uint64_t number = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

bool in_range(const std::string& range, int model) {
  const auto dash = range.find('-');
  const auto low = number_in(std::string_view(range).substr(0, dash));
  const auto high = dash == std::string::npos ? low : number_in(std::string_view(range).substr(dash + 1));
  return low && high && model >= 0 && static_cast<std::uint64_t>(model) >= *low &&
         static_cast<std::uint64_t>(model) <= *high;
}

std::string sum_text(const std::vector<NativeEvent>& events) {
  std::string text;
  for (const auto& event : events) {
    const double size = event.weight < 0 ? -event.weight : event.weight;
    if (!text.empty() || event.weight < 0) text += event.weight < 0 ? (text.empty() ? "-" : " - ") : " + ";
    text += size == 1 ? event.name : fmt::format("{:g} * {}", size, event.name);
  }
  return text;
}

std::string in_brackets(const std::vector<NativeEvent>& events) {
  const bool single = events.size() == 1 && events[0].weight == 1;
  return single ? sum_text(events) : fmt::format("({})", sum_text(events));
}

}  // namespace

std::optional<std::uint64_t> NativeEvent::code() const { return number_in(raw); }

bool CpuModels::include(std::string_view cpu_vendor, int cpu_family, int cpu_model) const {
  if (cpu_vendor != vendor || cpu_family != family) return false;
  for (const auto& range : models)
    if (in_range(range, cpu_model)) return true;
  return false;
}

Expected<EventMap> parse_event_map(std::string_view json, const std::string& name) {
  auto tree = parse_json(json, name);
  if (!tree) return tl::unexpected(tree.error());
  EventMap map;
  std::optional<std::string> problem;
  JsonReader reader(*tree, "", problem);
  reader.from(*tree, "", map);
  if (problem) return fail(ErrorCode::bad_file, fmt::format("{}: {}", name, *problem));
  return map;
}

std::string formula_of(const MetricEvents& metric) {
  const bool bare = metric.per.empty() && metric.scale == 1;
  auto text = bare || !metric.sum_over.empty() ? sum_text(metric.events) : in_brackets(metric.events);
  if (!metric.sum_over.empty()) text = fmt::format("sum over {} of ({})", metric.sum_over, text);
  if (metric.scale != 1) text = fmt::format("{:g} * {}", metric.scale, text);
  if (!metric.per.empty()) text += " / " + in_brackets(metric.per);
  return text;
}

}  // namespace hpct
