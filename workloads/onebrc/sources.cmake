# SPDX-License-Identifier: Apache-2.0
# What 1brc is made of besides onebrc.cpp.
target_sources(hpct_workloads PRIVATE
  onebrc/aggregate.cpp
  onebrc/brute_force.cpp
  onebrc/cached_data.cpp
  onebrc/generator.cpp
  onebrc/row_printer.cpp
  onebrc/rungs.cpp
  onebrc/rungs/fixed_point.cpp
  onebrc/rungs/hashed.cpp
  onebrc/rungs/mapped.cpp
  onebrc/rungs/naive.cpp
  onebrc/rungs/views.cpp
  onebrc/scan.cpp
  onebrc/slot_table.cpp
  onebrc/stations.cpp
  onebrc/tally.cpp)

hpct_kernels(hpct_workloads onebrc::Kernel workloads/kernels/onebrc/kernel.h onebrc_kernels
  hpct::onebrc::kernels kernels/onebrc
  scalar avx2 avx512 neon)

# The station list is part of the program, so that an installed one needs no file of ours.
set(stations_file ${CMAKE_CURRENT_SOURCE_DIR}/inputs/stations.tsv)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${stations_file})
file(READ ${stations_file} stations)
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/stations_tsv.cpp CONTENT
"// Written by workloads/onebrc/sources.cmake from workloads/inputs/stations.tsv.
#include \"workloads/onebrc/stations.h\"

namespace hpct::onebrc {
const std::string_view kStationsTsv = R\"tsv(@stations@)tsv\";
}  // namespace hpct::onebrc
" @ONLY)
target_sources(hpct_workloads PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/stations_tsv.cpp)
