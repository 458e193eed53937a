// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// Random legal files and their results. The result is made from the drawn rows and not from the text, so no
// parser, no hash table and no rounding of the program's is part of it.
namespace hpct::onebrc {

struct RandomFile {
  std::string text;
  std::string result;
};

class RandomFiles {
 public:
  explicit RandomFiles(std::uint64_t seed) : random_(seed) {}

  RandomFile next() {
    names_.clear();
    drawn_.clear();
    const auto [low, high] = pick_lengths();
    for (auto left = between(1, one_in(20) ? 600 : 40); left > 0; --left) names_.push_back(name(low, high));
    RandomFile file;
    for (auto left = between(1, one_in(4) ? 8 : 400); left > 0; --left) file.text += row();
    if (one_in(3)) file.text.pop_back();
    file.result = result();
    return file;
  }

  std::size_t between(std::size_t low, std::size_t high) { return low + random_() % (high - low + 1); }
  bool one_in(std::size_t n) { return random_() % n == 0; }

 private:
  struct Lengths {
    std::size_t low;
    std::size_t high;
  };

  /// Around the borders where kernels change their method, or anything.
  Lengths pick_lengths() {
    constexpr Lengths kLengths[] = {{1, 100}, {1, 3}, {1, 12}, {24, 40}, {28, 34}, {60, 70}, {93, 100}};
    return kLengths[between(0, std::size(kLengths) - 1)];
  }

  /// Any bytes but ';' and newline; often those which a careless parser takes for a part of the number.
  /// Sometimes another name with its last byte changed or one byte more.
  std::string name(std::size_t low, std::size_t high) {
    constexpr std::string_view kTricky{"-.0a9\0\xff\x80\r:<\xc3\xa9", 13};
    if (!names_.empty() && one_in(4)) return neighbour(names_[between(0, names_.size() - 1)], high);
    std::string name;
    const auto length = between(low, high);
    while (name.size() < length) {
      const char c = one_in(3) ? kTricky[between(0, kTricky.size() - 1)] : static_cast<char>(between(0, 255));
      if (c != ';' && c != '\n') name += c;
    }
    return name;
  }

  std::string neighbour(std::string name, std::size_t longest) {
    if (name.size() < longest && one_in(2)) return name + '-';
    name.back() = name.back() == 'x' ? 'y' : 'x';
    return name;
  }

  std::string row() {
    const auto& name = names_[between(0, names_.size() - 1)];
    const int tenths = draw_tenths(name);
    drawn_[name].push_back(tenths);
    auto number = decimal(tenths);
    if (tenths == 0 && one_in(2)) number = "-0.0";
    return name + ';' + number + '\n';
  }

  /// Often the last value of the name or the one beside it: their mean is a tie.
  int draw_tenths(const std::string& name) {
    constexpr int kEdges[] = {-999, 999, 0, -1, 1, -100, 100, -99, 99};
    const auto& before = drawn_[name];
    if (!before.empty() && one_in(3)) return std::min(999, before.back() + 1);
    if (one_in(4)) return kEdges[between(0, std::size(kEdges) - 1)];
    return static_cast<int>(between(0, 1998)) - 999;
  }

  static std::string decimal(int tenths) {
    const auto magnitude = static_cast<unsigned>(tenths < 0 ? -tenths : tenths);
    const auto digits = std::to_string(magnitude / 10) + '.' + std::to_string(magnitude % 10);
    return tenths < 0 ? '-' + digits : digits;
  }

  /// The largest m with 2 m n <= 2 sum + n, looked for from below: half up, without a division.
  static int mean(const std::vector<int>& tenths) {
    const auto n = static_cast<std::int64_t>(tenths.size());
    std::int64_t sum = 0;
    for (const int t : tenths) sum += t;
    int m = -1000;
    while (2 * (m + 1) * n <= 2 * sum + n) ++m;
    return m;
  }

  std::string result() const {
    std::string text;
    for (const auto& [name, tenths] : drawn_) {
      const auto [min, max] = std::minmax_element(tenths.begin(), tenths.end());
      text += (text.empty() ? "{" : ", ") + name + '=' + decimal(*min) + '/' + decimal(mean(tenths)) + '/' +
              decimal(*max);
    }
    return text + "}";
  }

  std::mt19937_64 random_;
  std::vector<std::string> names_;
  std::map<std::string, std::vector<int>> drawn_;
};

}  // namespace hpct::onebrc
