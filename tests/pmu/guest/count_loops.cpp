// SPDX-License-Identifier: Apache-2.0
// count-loops SOURCE N[+N...] ...: opens a counter source of the collector and measures known loops with it,
// one JSON line per argument. "1000" is a loop in the main thread, "1000+500+20" two more, in a new thread
// each. They follow one another: what glibc does for threads that wait for each other is not the same every
// time.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "collector/counter_source.h"
#include "known_loop.h"

namespace {

using Iterations = std::vector<std::uint64_t>;

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string json(const hpct::Value& value) {
  const auto number = value.known() ? fmt::format("{:.17g}", *value.number) : std::string("null");
  return fmt::format(R"({{"number": {}, "provenance": {}, "reason": {}, "detail": {}, "formula": {}}})",
                     number, quoted(name_of(value.provenance)),
                     quoted(value.known() ? "" : name_of(value.reason)), quoted(value.detail),
                     quoted(value.formula));
}

void print(std::string_view argument, const hpct::Readings& readings) {
  std::vector<std::string> values;
  for (const auto& [name, value] : readings) values.push_back(quoted(name) + ": " + json(value));
  fmt::print("{{\"loops\": {}, \"values\": {{{}}}}}\n", quoted(argument), fmt::join(values, ", "));
}

Iterations parse(std::string_view argument) {
  Iterations iterations;
  while (!argument.empty()) {
    const auto end = std::min(argument.find('+'), argument.size());
    std::uint64_t count = 0;
    std::from_chars(argument.data(), argument.data() + end, count);
    iterations.push_back(count);
    argument.remove_prefix(std::min(end + 1, argument.size()));
  }
  return iterations;
}

void run(const Iterations& iterations) {
  hpct::known_loop(iterations.front());
  for (std::size_t i = 1; i < iterations.size(); ++i) std::thread(hpct::known_loop, iterations[i]).join();
}

const hpct::CounterSourceInfo* find_source(std::string_view name) {
  for (const auto* info : hpct::all_counter_sources())
    if (info->name == name) return info;
  return nullptr;
}

int refuse(const hpct::CounterSourceInfo& info) {
  const auto found = info.probe();
  fmt::print("{{\"reason\": {}, \"detail\": {}, \"remedy\": {}}}\n", quoted(name_of(found.reason)),
             quoted(found.detail), quoted(found.remedy));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto* info = argc > 2 ? find_source(argv[1]) : nullptr;
  if (info == nullptr) return 2;
  if (!info->probe().usable) return refuse(*info);
  auto source = info->open();
  if (!source) return refuse(*info);
  for (int i = 2; i < argc; ++i) {
    const auto iterations = parse(argv[i]);
    (*source)->start();
    run(iterations);
    (*source)->stop();
    print(argv[i], (*source)->read());
  }
}
