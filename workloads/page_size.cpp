// SPDX-License-Identifier: Apache-2.0
#include "workloads/page_size.h"

#include <unistd.h>

#include <fstream>
#include <string>

namespace hpct {

std::int64_t page_size_of_most_memory() {
  std::ifstream pages("/proc/self/smaps_rollup");
  std::int64_t resident = 0;
  std::int64_t huge = 0;
  std::string line;
  std::getline(pages, line);
  for (std::string key, unit; pages >> key;) {
    std::int64_t kib = 0;
    if (!(pages >> kib >> unit)) break;
    if (key == "Rss:") resident = kib;
    if (key == "AnonHugePages:") huge = kib;
  }
  std::int64_t huge_page = 0;
  std::ifstream("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size") >> huge_page;
  return huge_page > 0 && huge > resident / 2 ? huge_page : ::sysconf(_SC_PAGESIZE);
}

}  // namespace hpct
