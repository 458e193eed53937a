// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <hpct/expected.h>
#include <hpct/report.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

// Private to reports/: the only header that brings nlohmann_json in. One `describe(archive, object)`
// function per type names its fields once; a JsonWriter or a JsonReader passed as the archive turns
// that description into both directions, so they cannot drift apart.
namespace hpct {

using Json = nlohmann::ordered_json;

/// Larger integers lose digits in readers that keep numbers as doubles; they travel as strings.
inline constexpr std::int64_t kLargestPlainInteger = std::int64_t{1} << 53;

class JsonWriter {
 public:
  template <class T>
  void required(const char* name, const T& member) {
    out_[name] = to(member);
  }

  /// Leaves the key out when there is nothing to say.
  template <class T>
  void optional(const char* name, const T& member) {
    if (member != T{}) out_[name] = to(member);
  }

  Json take() { return std::move(out_); }

  static Json to(const std::string& text) { return text; }
  static Json to(bool flag) { return flag; }
  static Json to(double number) { return number; }
  static Json to(int number) { return number; }
  static Json to(std::int64_t number) {
    const bool plain = number <= kLargestPlainInteger && number >= -kLargestPlainInteger;
    return plain ? Json(number) : Json(std::to_string(number));
  }
  static Json to(const Scalar& scalar) {
    return std::visit([](const auto& held) { return to(held); }, scalar);
  }
  static Json to(const Value& value);
  template <class T>
  static Json to(const std::optional<T>& maybe) {
    return to(*maybe);
  }
  template <class T>
  static Json to(const std::vector<T>& items) {
    auto array = Json::array();
    for (const auto& item : items) array.push_back(to(item));
    return array;
  }
  template <class T>
  static Json to(const std::map<std::string, T, std::less<>>& items) {
    auto object = Json::object();
    for (const auto& [name, item] : items) object[name] = to(item);
    return object;
  }
  template <class T>
  static Json to(const T& object) requires requires(JsonWriter& w, T& o) {
    describe(w, o);
  }
  {
    JsonWriter writer;
    describe(writer, const_cast<T&>(object));  // describe() is shared with reading; writing changes nothing
    return writer.take();
  }

 private:
  Json out_ = Json::object();
};

/// Reads fields out of one JSON object. The first mismatch is kept with its path, and everything
/// after it is skipped; unknown keys are ignored so that newer minor additions still open.
class JsonReader {
 public:
  JsonReader(const Json& in, std::string path, std::optional<std::string>& problem)
      : in_(in), path_(std::move(path)), problem_(problem) {}

  template <class T>
  void required(const char* name, T& member) {
    if (problem_) return;
    const auto at = in_.find(name);
    if (at == in_.end()) {
      problem_ = fmt::format("{}/{} is missing", path_, name);
      return;
    }
    from(*at, path_ + "/" + name, member);
  }

  template <class T>
  void optional(const char* name, T& member) {
    if (!problem_ && in_.contains(name)) required(name, member);
  }

  void from(const Json& json, const std::string& path, std::string& text) {
    if (expect(json.is_string(), path, "a text", json)) text = json.get<std::string>();
  }
  void from(const Json& json, const std::string& path, bool& flag) {
    if (expect(json.is_boolean(), path, "true or false", json)) flag = json.get<bool>();
  }
  void from(const Json& json, const std::string& path, double& number) {
    if (expect(json.is_number(), path, "a number", json)) number = json.get<double>();
  }
  void from(const Json& json, const std::string& path, int& number) {
    std::int64_t wide = 0;
    from(json, path, wide);
    if (expect(wide == static_cast<int>(wide), path, "a 32-bit integer", json))
      number = static_cast<int>(wide);
  }
  void from(const Json& json, const std::string& path, std::int64_t& number);
  void from(const Json& json, const std::string& path, Scalar& scalar);
  void from(const Json& json, const std::string& path, Value& value);

  template <class T>
  void from(const Json& json, const std::string& path, std::optional<T>& maybe) {
    from(json, path, maybe.emplace());
  }
  template <class T>
  void from(const Json& json, const std::string& path, std::vector<T>& items) {
    if (!expect(json.is_array(), path, "an array", json)) return;
    items.clear();
    for (const auto& item : json) {
      if (problem_) return;
      const auto item_path = fmt::format("{}/{}", path, items.size());
      from(item, item_path, items.emplace_back());
    }
  }
  template <class T>
  void from(const Json& json, const std::string& path, std::map<std::string, T, std::less<>>& items) {
    if (!expect(json.is_object(), path, "an object", json)) return;
    for (const auto& [name, item] : json.items()) {
      if (problem_) return;
      from(item, path + "/" + name, items[name]);
    }
  }
  template <class T>
  void from(const Json& json, const std::string& path, T& object) requires requires(JsonReader& r, T& o) {
    describe(r, o);
  }
  {
    if (!expect(json.is_object(), path, "an object", json)) return;
    JsonReader nested(json, path, problem_);
    describe(nested, object);
  }

 private:
  /// Notes "PATH: expected WHAT, found a TYPE" unless `holds`; true when all is well so far.
  bool expect(bool holds, const std::string& path, std::string_view what, const Json& found) {
    if (!problem_ && !holds)
      problem_ = fmt::format("{}: expected {}, found {}", path, what, name_of_type(found));
    return !problem_;
  }
  static std::string name_of_type(const Json& json);

  const Json& in_;
  std::string path_;
  std::optional<std::string>& problem_;
};

/// The document for people and diffs: objects and arrays without further nesting stand on one line,
/// everything else is indented by two. Text that is not UTF-8 is replaced, never an error: a file name
/// must not cost the user a report. Ends with a newline.
std::string pretty(const Json& json);

/// Parses text into a DOM; damage becomes `bad_file` with "NAME:LINE: ...".
Expected<Json> parse_json(std::string_view text, const std::string& name);

}  // namespace hpct
