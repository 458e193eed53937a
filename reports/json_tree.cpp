// SPDX-License-Identifier: Apache-2.0
#include "reports/json_tree.h"

#include "reports/json_archive.h"
#include "reports/report_io.h"

namespace hpct {

struct JsonTree::Node {
  Json json = Json::object();

  template <class T>
  void set(std::string_view key, T&& item) {
    json[std::string(key)] = std::forward<T>(item);
  }
};

JsonTree::JsonTree() : node_(std::make_unique<Node>()) {}
JsonTree::~JsonTree() = default;
JsonTree::JsonTree(JsonTree&& other) noexcept = default;
JsonTree& JsonTree::operator=(JsonTree&& other) noexcept = default;

JsonTree& JsonTree::set(std::string_view key, std::string_view text) {
  node_->set(key, text);
  return *this;
}

JsonTree& JsonTree::set(std::string_view key, double number) {
  node_->set(key, number);
  return *this;
}

JsonTree& JsonTree::set(std::string_view key, const Value& value) {
  node_->set(key, JsonWriter::to(value));
  return *this;
}

// Through text, because only the writer of reports knows their fields; reports are small.
JsonTree& JsonTree::set(std::string_view key, const Report& report) {
  node_->set(key, Json::parse(to_json(report)));
  return *this;
}

JsonTree& JsonTree::set(std::string_view key, JsonTree tree) {
  node_->set(key, std::move(tree.node_->json));
  return *this;
}

JsonTree& JsonTree::set(std::string_view key, std::vector<JsonTree> trees) {
  auto array = Json::array();
  for (auto& tree : trees) array.push_back(std::move(tree.node_->json));
  node_->set(key, std::move(array));
  return *this;
}

JsonTree& JsonTree::set_flag(std::string_view key, bool flag) {
  node_->set(key, flag);
  return *this;
}

JsonTree& JsonTree::set_integer(std::string_view key, std::int64_t number) {
  node_->set(key, JsonWriter::to(number));
  return *this;
}

std::string JsonTree::text() const { return pretty(node_->json); }

}  // namespace hpct
