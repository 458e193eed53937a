// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "workloads/onebrc/generator.h"
#include "workloads/onebrc/stations.h"

namespace hpct::onebrc {

/// What was drawn for one station.
struct Sums {
  std::int64_t sum = 0;
  std::int64_t count = 0;
  int min = 999;
  int max = -999;
};

/// Turns row numbers of a data set into text. Read-only once made: shared by all threads.
class RowPrinter {
 public:
  explicit RowPrinter(const DataSet& data);

  [[nodiscard]] const std::vector<Station>& stations() const { return set_.stations; }

  /// An upper bound of the mean length of a line.
  [[nodiscard]] double line_bytes() const;

  /// Room that print() needs for so many rows.
  static std::size_t room_for(std::int64_t rows) {
    return static_cast<std::size_t>(rows) * kLongestLine + kNameBytes;
  }

  /// Writes the first `rows` rows of a block to `out`, adds them to `sums` (one entry per
  /// station) and returns the end of the text. The text depends on data set and block alone.
  char* print(std::int64_t block, std::int64_t rows, char* out, std::vector<Sums>& sums) const;

 private:
  static constexpr std::size_t kNameBytes = 128;  // 100 of name and ';', rounded up for copies of fixed size
  static constexpr std::size_t kLongestLine = 100 + 1 + 5 + 1;

  /// Texts are copied whole; what comes next overwrites the rest.
  struct NameText {
    char text[kNameBytes] = {};
    std::size_t length = 0;
  };
  struct NumberText {
    char text[8] = {};
    std::uint64_t length = 0;
  };

  static char* print_row(char* out, const NameText& name, const NumberText& number);
  static std::vector<NumberText> number_texts();

  std::uint64_t seed_;
  StationSet set_;
  std::vector<std::int16_t> deviations_;
  std::vector<NumberText> numbers_;
  std::vector<NameText> names_;
};

}  // namespace hpct::onebrc
