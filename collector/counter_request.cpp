// SPDX-License-Identifier: Apache-2.0
#include "collector/counter_request.h"

#include <algorithm>

#include "collector/settings.h"

namespace hpct {
namespace {

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const auto* source : all_counter_sources())
    for (auto& counter : source->counters())
      if (std::find(names.begin(), names.end(), counter.name) == names.end())
        names.push_back(std::move(counter.name));
  return names;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto comma = std::min(list.find(',', begin), list.size());
    parts.emplace_back(list.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return parts;
}

}  // namespace

bool CounterRequest::wants(std::string_view counter) const {
  return automatic || std::find(names.begin(), names.end(), counter) != names.end();
}

Expected<CounterRequest> parse_counters(std::string_view text) {
  if (text == "auto") return CounterRequest{};
  auto names = split(text);
  CounterRequest request{.names = {}, .automatic = false};
  request.simulated = std::erase(names, "simulated") > 0;
  request.automatic = request.simulated && (names.empty() || names == std::vector<std::string>{"auto"});
  if (request.automatic || names == std::vector<std::string>{"none"}) return request;
  const auto known = known_names();
  for (auto& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      auto choices = known;
      choices.insert(choices.end(), {"auto", "none", "simulated"});
      auto error = unknown_name("counter", name, choices);
      if (error.hint.starts_with("did you mean")) return tl::unexpected(error);
      error.hint = "auto, none, or names from hpct-prof list, with commas between them";
      return tl::unexpected(error);
    }
    request.names.push_back(std::move(name));
  }
  return request;
}

}  // namespace hpct
