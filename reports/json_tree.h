// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hpct {

/// A JSON document under construction, for layers that write JSON of their own but must not
/// see the JSON library. Keys keep the order in which they were set. Values look exactly as they do
/// in a report. Numbers must be finite; integers beyond 2^53 become strings.
class JsonTree {
 public:
  JsonTree();  ///< an empty object
  ~JsonTree();
  JsonTree(JsonTree&& other) noexcept;
  JsonTree& operator=(JsonTree&& other) noexcept;

  JsonTree& set(std::string_view key, std::string_view text);
  JsonTree& set(std::string_view key, const char* text) { return set(key, std::string_view(text)); }
  JsonTree& set(std::string_view key, std::integral auto number) {
    if constexpr (std::same_as<decltype(number), bool>)
      return set_flag(key, number);
    else
      return set_integer(key, static_cast<std::int64_t>(number));
  }
  JsonTree& set(std::string_view key, double number);
  JsonTree& set(std::string_view key, const Value& value);
  JsonTree& set(std::string_view key, const Report& report);
  JsonTree& set(std::string_view key, JsonTree tree);
  JsonTree& set(std::string_view key, std::vector<JsonTree> trees);

  /// Pretty-printed, with a final newline.
  [[nodiscard]] std::string text() const;

 private:
  struct Node;

  JsonTree& set_flag(std::string_view key, bool flag);
  JsonTree& set_integer(std::string_view key, std::int64_t number);

  std::unique_ptr<Node> node_;
};

}  // namespace hpct
