// SPDX-License-Identifier: Apache-2.0
#include "reports/json_archive.h"

#include <algorithm>
#include <charconv>

namespace hpct {
namespace {

std::optional<std::int64_t> parse_integer(const std::string& text) {
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string on_one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_flat(const Json& json) {
  return std::none_of(json.begin(), json.end(), [](const Json& item) { return item.is_structured(); });
}

void append_pretty(std::string& text, const Json& json, std::size_t indent) {
  if (!json.is_structured() || is_flat(json)) {
    text += on_one_line(json);
    return;
  }
  const auto line = "\n" + std::string(indent + 2, ' ');
  text += json.is_object() ? "{" : "[";
  const char* separator = "";
  for (auto item = json.begin(); item != json.end(); ++item) {
    text += separator + line;
    if (json.is_object()) text += on_one_line(Json(item.key())) + ": ";
    append_pretty(text, *item, indent + 2);
    separator = ",";
  }
  text += "\n" + std::string(indent, ' ') + (json.is_object() ? "}" : "]");
}

}  // namespace

std::string pretty(const Json& json) {
  std::string text;
  append_pretty(text, json, 0);
  return text + "\n";
}

Json JsonWriter::to(const Value& value) {
  auto out = Json::object();
  if (value.known()) out["number"] = *value.number;
  out["unit"] = value.unit;
  out["provenance"] = name_of(value.provenance);
  if (value.interval) {
    out["low"] = value.interval->low;
    out["high"] = value.interval->high;
  }
  if (value.running_share) out["running_share"] = *value.running_share;
  if (!value.formula.empty()) out["formula"] = value.formula;
  if (!value.known()) out["reason"] = name_of(value.reason);
  if (!value.detail.empty()) out["detail"] = value.detail;
  return out;
}

void JsonReader::from(const Json& json, const std::string& path, std::int64_t& number) {
  const auto from_text = json.is_string() ? parse_integer(json.get<std::string>()) : std::nullopt;
  if (from_text) {
    number = *from_text;
  } else if (expect(json.is_number_integer(), path, "an integer", json)) {
    number = json.get<std::int64_t>();
  }
}

void JsonReader::from(const Json& json, const std::string& path, Scalar& scalar) {
  if (json.is_number_integer()) {
    scalar = json.get<std::int64_t>();
  } else if (json.is_number()) {
    scalar = json.get<double>();
  } else if (expect(json.is_string(), path, "a number or a text", json)) {
    scalar = json.get<std::string>();
  }
}

void JsonReader::from(const Json& json, const std::string& path, Value& value) {
  if (!expect(json.is_object(), path, "a value object", json)) return;
  JsonReader nested(json, path, problem_);
  std::string provenance;
  nested.required("unit", value.unit);
  nested.required("provenance", provenance);
  if (problem_) return;
  const auto known = provenance_from(provenance);
  if (!known) {
    problem_ = fmt::format("{}/provenance: \"{}\" is no provenance this version knows", path, provenance);
    return;
  }
  value.provenance = *known;
  nested.optional("formula", value.formula);
  nested.optional("detail", value.detail);
  nested.optional("running_share", value.running_share);
  if (value.provenance == Provenance::missing) {
    std::string reason;
    nested.required("reason", reason);
    value.reason = missing_reason_from(reason).value_or(MissingReason::not_found);
    return;
  }
  nested.required("number", value.number);
  if (!json.contains("low") && !json.contains("high")) return;
  auto& interval = value.interval.emplace();
  nested.required("low", interval.low);
  nested.required("high", interval.high);
}

std::string JsonReader::name_of_type(const Json& json) {
  if (json.is_null()) return "null";
  const std::string type = json.type_name();
  const bool vowel = type.find_first_of("aeiou") == 0;
  return fmt::format("{} {}", vowel ? "an" : "a", type);
}

Expected<Json> parse_json(std::string_view text, const std::string& name) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
    const auto line = std::count(text.begin(), end, '\n') + 1;
    if (error.byte >= text.size())
      return fail(ErrorCode::bad_file, fmt::format("{}:{}: the file ends in the middle", name, line),
                  "it was cut off while being written or copied; get a complete copy");
    return fail(ErrorCode::bad_file, fmt::format("{}:{}: this is not JSON", name, line),
                "hpct-prof reads reports written by hpct-prof run -o NAME.hpct.json");
  } catch (const Json::exception& error) {
    return fail(ErrorCode::bad_file, fmt::format("{}: {}", name, error.what()));
  }
}

}  // namespace hpct
