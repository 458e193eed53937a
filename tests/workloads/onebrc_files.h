// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/isa.h>
#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/workloads/runnable_kernels.h"
#include "workloads/onebrc/aggregate.h"
#include "workloads/onebrc/rungs.h"

// Inputs and an independent reference for the 1brc tests.
namespace hpct::onebrc {

inline void write_text(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary) << text;
}

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The answer of tests/workloads/onebrc_brute_force.py: another language, exact decimals.
inline std::string brute_force_result(const std::filesystem::path& file) {
  const std::string script = HPCT_SOURCE_DIR "/tests/workloads/onebrc_brute_force.py";
  FILE* const pipe = ::popen(("/usr/bin/python3 '" + script + "' '" + file.string() + "'").c_str(), "r");
  std::string result;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) result += static_cast<char>(c);
  return ::pclose(pipe) == 0 ? result : "the script failed";
}

/// The result of a kernel for a file, with any chunk size.
inline std::string kernel_result(const Kernel& kernel, std::string_view text, int threads = 1,
                                 std::size_t chunk_bytes = kChunkBytes) {
  ThreadTeam team(threads);
  std::deque<SlotTable> tables(static_cast<std::size_t>(threads));
  return format_results(aggregate(kernel, text, team, tables, chunk_bytes));
}

using Random = std::mt19937_64;

inline std::size_t between(Random& random, std::size_t low, std::size_t high) {
  return low + random() % (high - low + 1);
}

/// Any bytes a name may have: no ';', no newline; often '-', '.', digits, NUL and high bytes,
/// which a careless parser takes for a part of the number.
inline std::string random_name(Random& random, std::size_t length) {
  constexpr std::string_view kTricky{"-.0a9\0\xff\x80\r:<", 11};
  std::string name;
  while (name.size() < length) {
    const auto c = random() % 3 == 0 ? kTricky[random() % kTricky.size()] : static_cast<char>(random() % 256);
    if (c != ';' && c != '\n') name += c;
  }
  return name;
}

inline std::string random_number(Random& random) {
  switch (random() % 8) {
    case 0:
      return "-99.9";
    case 1:
      return "99.9";
    case 2:
      return "-0.0";
    case 3:
      return "0.0";
    default:
      break;
  }
  const auto tenths = static_cast<int>(between(random, 0, 1998)) - 999;
  return format_tenths(tenths);
}

inline std::string rows_of(Random& random, const std::vector<std::string>& names, std::size_t rows) {
  std::string text;
  for (std::size_t i = 0; i < rows; ++i)
    text += names[random() % names.size()] + ";" + random_number(random) + "\n";
  return text;
}

}  // namespace hpct::onebrc
