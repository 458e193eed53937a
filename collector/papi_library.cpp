// SPDX-License-Identifier: Apache-2.0
#include "collector/papi_library.h"

#include <papi.h>
#include <sde_lib.h>

#include "collector/work_counters.h"

namespace hpct {
namespace {

void register_work_counters() {
  auto* const handle = papi_sde_init("hpct");
  auto& counters = work_counters();
  const auto add = [handle](const char* name, long long& count) {
    papi_sde_register_counter(handle, name, PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long, &count);
  };
  add("items", counters.items.total);
  add("flops", counters.flops.total);
  add("bytes_read", counters.bytes_read.total);
  add("bytes_written", counters.bytes_written.total);
}

Availability start_once() {
  register_work_counters();
  if (PAPI_library_init(PAPI_VER_CURRENT) != PAPI_VER_CURRENT)
    return {false, MissingReason::not_found, "PAPI could not be initialised", "reinstall libpapi"};
  return {.usable = true, .detail = "PAPI", .remedy = {}};
}

}  // namespace

const Availability& start_papi() {
  static const Availability started = start_once();
  return started;
}

Availability papi_component(const char* name) {
  if (!start_papi().usable) return start_papi();
  const int index = PAPI_get_component_index(name);
  const PAPI_component_info_t* info = index < 0 ? nullptr : PAPI_get_component_info(index);
  if (info == nullptr)
    return {false, MissingReason::not_built, std::string("this PAPI has no component ") + name, ""};
  if (info->disabled != 0) return {false, MissingReason::not_found, info->disabled_reason, ""};
  return {.usable = true, .detail = std::string("PAPI component ") + name, .remedy = {}};
}

}  // namespace hpct
