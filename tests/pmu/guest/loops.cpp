// SPDX-License-Identifier: Apache-2.0
#include "loops.h"

#include <fmt/format.h>

#include <charconv>
#include <thread>

#include "known_loop.h"

namespace hpct {
namespace {

std::vector<std::uint64_t> parse(std::string_view text) {
  std::vector<std::uint64_t> iterations;
  while (!text.empty()) {
    const auto end = std::min(text.find('+'), text.size());
    std::uint64_t count = 0;
    std::from_chars(text.data(), text.data() + end, count);
    iterations.push_back(count);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return iterations;
}

std::string json(const Value& value) {
  const auto number = value.known() ? fmt::format("{:.17g}", *value.number) : std::string("null");
  return fmt::format(
      R"({{"number": {}, "provenance": {}, "reason": {}, "running_share": {}, "detail": {}, "formula": {}}})",
      number, quoted(name_of(value.provenance)), quoted(value.known() ? "" : name_of(value.reason)),
      value.running_share.value_or(1), quoted(value.detail), quoted(value.formula));
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

void print_counts(CounterSource& source, std::string_view loops) {
  const auto iterations = parse(loops);
  for (int pass = 0; pass < source.passes(); ++pass) {
    source.choose_pass(pass);
    source.start();
    known_loop(iterations.front());
    for (std::size_t i = 1; i < iterations.size(); ++i) std::thread(known_loop, iterations[i]).join();
    source.stop();
    std::vector<std::string> values;
    for (const auto& [name, value] : source.read()) values.push_back(quoted(name) + ": " + json(value));
    fmt::print("{{\"loops\": {}, \"pass\": {}, \"passes\": {}, \"values\": {{{}}}}}\n", quoted(loops), pass,
               source.passes(), fmt::join(values, ", "));
  }
}

}  // namespace hpct
