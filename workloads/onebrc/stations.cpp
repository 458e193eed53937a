// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/stations.h"

#include <cmath>
#include <cstdlib>
#include <unordered_set>

#include "workloads/random.h"

namespace hpct::onebrc {
namespace {

std::vector<Station> challenge_stations() {
  std::vector<Station> stations;
  for (auto rest = kStationsTsv; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    const auto tab = line.find('\t');
    const double mean = std::strtod(std::string(line.substr(tab + 1)).c_str(), nullptr);
    stations.push_back({std::string(line.substr(0, tab)), static_cast<int>(std::lround(mean * 10))});
  }
  return stations;
}

/// Random bits one after the other.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : stream_(random_bits(seed, 0x10000)) {}
  std::uint32_t below(std::uint32_t n) { return random_below(random_bits(stream_, next_++), n); }
  double unit() { return random_unit(random_bits(stream_, next_++)); }

 private:
  std::uint64_t stream_;
  std::uint64_t next_ = 0;
};

/// Mostly 2 to 12 bytes, like real place names, with a thin tail up to 100.
std::size_t draw_length(Dice& dice) {
  const double u = dice.unit() - 0.4;
  const double length = u < 0 ? 8 - 6 * std::pow(u / 0.4, 2) : 8 + 92 * std::pow(u / 0.6, 12);
  return static_cast<std::size_t>(std::lround(length));
}

void append_utf8(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xc0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    text += static_cast<char>(0xe0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    text += static_cast<char>(0x80 | (code & 0x3f));
  }
}

/// One character of at most `room` bytes: a letter, rarely an accented one, a syllable or a mark.
std::uint32_t draw_character(Dice& dice, std::size_t room) {
  constexpr std::string_view kMarks = " -.'()";
  const auto kind = dice.below(20);
  if (kind < 2 && room >= 2) return 0xc0 + dice.below(0x180 - 0xc0);
  if (kind < 3 && room >= 3) return 0xac00 + dice.below(11'000);
  if (kind < 4)
    return static_cast<unsigned char>(kMarks[dice.below(static_cast<std::uint32_t>(kMarks.size()))]);
  return (kind < 7 ? 'A' : 'a') + dice.below(26);
}

std::string draw_name(Dice& dice) {
  const auto length = draw_length(dice);
  std::string name;
  while (name.size() < length) append_utf8(name, draw_character(dice, length - name.size()));
  return name;
}

std::vector<Station> many_stations(std::uint64_t seed) {
  constexpr std::size_t kCount = 10'000;
  Dice dice(seed);
  std::unordered_set<std::string> known;
  std::vector<Station> stations;
  while (stations.size() < kCount) {
    auto name = draw_name(dice);
    if (!known.insert(name).second) continue;
    stations.push_back({std::move(name), static_cast<int>(dice.below(600)) - 250});
  }
  return stations;
}

}  // namespace

StationSet station_set(std::string_view choice, std::uint64_t seed) {
  if (choice == "10k") return {many_stations(seed), 70};
  return {challenge_stations(), 100};
}

}  // namespace hpct::onebrc
