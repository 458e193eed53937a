// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/event_backend.h"

namespace hpct {

/// How one event of a scripted machine behaves.
struct ScriptedEvent {
  std::int64_t count = 1'000'000;  ///< between every start and stop
  std::optional<EventRefusal> on_open = std::nullopt;
  std::optional<EventRefusal> on_start = std::nullopt;
  std::uint64_t enabled_ns = 1000;
  std::uint64_t running_ns = 1000;
};

/// A machine's counters as the test wrote them down. Events that are not in the script are unknown; more
/// than `capacity` at a time are refused, or take turns where the opener agrees to that. The script may be
/// changed at any time: groups read it when they are read.
class ScriptedEvents final : public EventBackend {
 public:
  std::map<std::string, ScriptedEvent> script;
  std::size_t capacity = std::numeric_limits<std::size_t>::max();
  std::vector<std::vector<std::string>> opened;  ///< names of every group, in order

  [[nodiscard]] std::string name() const override { return "scripted"; }

  tl::expected<std::unique_ptr<EventGroup>, EventRefusal> open(const std::vector<NativeEvent>& events,
                                                               Sharing sharing) override {
    std::vector<std::string> names;
    for (const auto& event : events) {
      const auto at = script.find(event.name);
      if (at == script.end())
        return tl::unexpected(EventRefusal{MissingReason::event_unknown, "no event " + event.name});
      if (at->second.on_open) return tl::unexpected(*at->second.on_open);
      if (names.size() == capacity && sharing == Sharing::together)
        return tl::unexpected(EventRefusal{MissingReason::conflict, event.name + " does not fit"});
      names.push_back(event.name);
    }
    opened.push_back(names);
    return std::make_unique<Group>(*this, std::move(names));
  }

 private:
  class Group final : public EventGroup {
   public:
    Group(const ScriptedEvents& machine, std::vector<std::string> names)
        : machine_(machine), names_(std::move(names)) {}

    void start() noexcept override {}
    void stop() noexcept override {}
    tl::expected<std::vector<EventCount>, EventRefusal> read() override {
      std::vector<EventCount> counts;
      for (const auto& name : names_) {
        const auto& event = machine_.script.at(name);
        if (event.on_start) return tl::unexpected(*event.on_start);
        counts.push_back({event.count, event.enabled_ns, event.running_ns});
      }
      return counts;
    }

   private:
    const ScriptedEvents& machine_;
    std::vector<std::string> names_;
  };
};

/// A map in which every metric is one event, or a weighted sum of several.
class MapBuilder {
 public:
  explicit MapBuilder(std::string core) { map_.core = std::move(core); }

  MapBuilder& metric(const std::string& name, const std::vector<NativeEvent>& events,
                     const std::vector<NativeEvent>& per = {}) {
    map_.metrics[name] =
        MetricEvents{.events = events, .per = per, .sum_over = {}, .note = {}, .missing = {}};
    return *this;
  }
  MapBuilder& lacks(const std::string& name, std::string why) {
    map_.metrics[name].missing = std::move(why);
    return *this;
  }
  [[nodiscard]] EventMap build() const { return map_; }

 private:
  EventMap map_;
};

inline NativeEvent event(std::string name, double weight = 1) {
  return {.name = std::move(name), .raw = {}, .weight = weight};
}

inline const Value& value_of(const std::vector<std::pair<std::string, Value>>& readings,
                             std::string_view name) {
  static const Value none = Value::missing("1", MissingReason::not_found, "not among the readings");
  for (const auto& [key, value] : readings)
    if (key == name) return value;
  return none;
}

}  // namespace hpct
