// SPDX-License-Identifier: Apache-2.0
#include "collector/topology.h"

#include <hwloc.h>

#include <algorithm>
#include <memory>

namespace hpct {
namespace {

struct Destroy {
  void operator()(hwloc_topology_t topology) const { hwloc_topology_destroy(topology); }
};
using Topology = std::unique_ptr<hwloc_topology, Destroy>;

const char* name_of(hwloc_obj_cache_type_t type) {
  switch (type) {
    case HWLOC_OBJ_CACHE_DATA:
      return "data";
    case HWLOC_OBJ_CACHE_INSTRUCTION:
      return "instruction";
    case HWLOC_OBJ_CACHE_UNIFIED:
      break;
  }
  return "unified";
}

int count(const Topology& topology, hwloc_obj_type_t type) {
  return std::max(0, hwloc_get_nbobjs_by_type(topology.get(), type));  // -1: at several depths
}

/// One entry per level: all caches of a level are alike on the machines we know of, so the first stands for
/// them.
void add_cache(const Topology& topology, hwloc_obj_type_t type, std::vector<Cache>& caches) {
  const hwloc_obj_t cache = hwloc_get_obj_by_type(topology.get(), type, 0);
  if (cache == nullptr) return;
  const auto& facts = cache->attr->cache;
  if (facts.size == 0) return;  // arm64 firmware may name a cache and not say how large it is
  caches.push_back({.level = static_cast<int>(facts.depth),
                    .type = name_of(facts.type),
                    .bytes = static_cast<std::int64_t>(facts.size),
                    .line_bytes = static_cast<int>(facts.linesize),
                    .shared_by = hwloc_bitmap_weight(cache->cpuset)});
}

Topology load() {
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology) != 0) return nullptr;
  Topology owned(topology);
  // The machine as it is; what of it we may use is Cpu::usable and Limits.
  hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  if (hwloc_topology_load(topology) != 0) return nullptr;
  return owned;
}

}  // namespace

void describe_topology(Machine& machine) {
  const auto topology = load();
  if (!topology) return;
  machine.cpu.packages = count(topology, HWLOC_OBJ_PACKAGE);
  machine.cpu.cores = count(topology, HWLOC_OBJ_CORE);
  machine.cpu.threads = count(topology, HWLOC_OBJ_PU);
  machine.cpu.numa_nodes = count(topology, HWLOC_OBJ_NUMANODE);
  for (const auto type : {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE})
    add_cache(topology, type, machine.caches);
}

}  // namespace hpct
