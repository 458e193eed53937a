// SPDX-License-Identifier: Apache-2.0
// count-loops SOURCE LOOPS...: opens a counter source of the collector and measures known loops with it, a
// line of JSON per argument and pass (see print_counts). A source that does not work here says why, and the
// exit status is 1.
#include <fmt/format.h>

#include "loops.h"

namespace {

const hpct::CounterSourceInfo* find_source(std::string_view name) {
  for (const auto* info : hpct::all_counter_sources())
    if (info->name == name) return info;
  return nullptr;
}

int refuse(const hpct::CounterSourceInfo& info) {
  const auto found = info.probe();
  fmt::print("{{\"reason\": {}, \"detail\": {}, \"remedy\": {}}}\n", hpct::quoted(name_of(found.reason)),
             hpct::quoted(found.detail), hpct::quoted(found.remedy));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto* info = argc > 2 ? find_source(argv[1]) : nullptr;
  if (info == nullptr) return 2;
  if (!info->probe().usable) return refuse(*info);
  auto source = info->open({});
  if (!source) return refuse(*info);
  for (int i = 2; i < argc; ++i) hpct::print_counts(**source, argv[i]);
}
