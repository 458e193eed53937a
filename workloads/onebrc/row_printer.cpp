// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/row_printer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "workloads/random.h"

namespace hpct::onebrc {
namespace {

constexpr int kLimit = 999;  // of a temperature, in tenths

/// The 65536 quantiles of a normal distribution, rounded to whole tenths: as many entries hold d
/// as the distribution has weight between d - 1/2 and d + 1/2.
std::vector<std::int16_t> normal_quantiles(int sigma) {
  std::vector<std::int16_t> quantiles;
  for (int d = -kLimit; d <= kLimit; ++d) {
    const double below = 0.5 * std::erfc(-(d + 0.5) / (sigma * std::sqrt(2.0)));
    quantiles.resize(static_cast<std::size_t>(std::lround(below * 65536)), static_cast<std::int16_t>(d));
  }
  quantiles.resize(65536, kLimit);
  return quantiles;
}

void add(Sums& sums, int tenths) {
  sums.sum += tenths;
  ++sums.count;
  sums.min = std::min(sums.min, tenths);
  sums.max = std::max(sums.max, tenths);
}

}  // namespace

RowPrinter::RowPrinter(const DataSet& data)
    : seed_(data.seed),
      set_(station_set(data.stations, data.seed)),
      deviations_(normal_quantiles(set_.sigma_tenths)),
      numbers_(number_texts()) {
  for (const auto& station : set_.stations) {
    auto& name = names_.emplace_back();
    name.length = (station.name + ';').copy(name.text, kNameBytes);
  }
}

std::vector<RowPrinter::NumberText> RowPrinter::number_texts() {
  std::vector<NumberText> texts(2 * kLimit + 1);
  for (int tenths = -kLimit; tenths <= kLimit; ++tenths) {
    auto& number = texts[static_cast<std::size_t>(tenths + kLimit)];
    number.length = (format_tenths(tenths) + '\n').copy(number.text, sizeof number.text);
  }
  return texts;
}

double RowPrinter::line_bytes() const {
  constexpr double kLongestNumber = 6;  // with its newline
  double names = 0;
  for (const auto& name : names_) names += static_cast<double>(name.length);
  return names / static_cast<double>(names_.size()) + kLongestNumber;
}

char* RowPrinter::print_row(char* out, const NameText& name, const NumberText& number) {
  std::memcpy(out, name.text, 32);
  if (name.length > 32) std::memcpy(out + 32, name.text + 32, kNameBytes - 32);
  out += name.length;
  std::memcpy(out, number.text, sizeof number.text);
  return out + number.length;
}

char* RowPrinter::print(std::int64_t block, std::int64_t rows, char* out, std::vector<Sums>& sums) const {
  const auto stream = random_bits(seed_, static_cast<std::uint64_t>(block));
  const auto count = static_cast<std::uint32_t>(names_.size());
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto bits = random_bits(stream, static_cast<std::uint64_t>(row));
    const auto station = random_below(bits, count);
    const int drawn = set_.stations[station].mean_tenths + deviations_[bits & 0xffff];
    const int tenths = std::clamp(drawn, -kLimit, kLimit);
    out = print_row(out, names_[station], numbers_[static_cast<std::size_t>(tenths + kLimit)]);
    add(sums[station], tenths);
  }
  return out;
}

}  // namespace hpct::onebrc
