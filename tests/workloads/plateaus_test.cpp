// SPDX-License-Identifier: Apache-2.0
#include "workloads/plateaus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace hpct {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t kKi = 1024;
constexpr std::int64_t kMi = 1024 * kKi;
constexpr std::int64_t kGi = 1024 * kMi;

constexpr auto at(MemoryLevel level) { return static_cast<std::size_t>(level); }

using Curve = std::function<double(std::int64_t bytes)>;

/// A sweep of the curve at four sizes per octave; every rate is off by up to +-`wobble`, in a fixed pattern.
std::vector<SweepPoint> swept(std::int64_t top, const Curve& rate, double wobble = 0, double spread = 0.01) {
  std::vector<SweepPoint> points;
  for (const auto bytes : sweep_sizes(top, 4)) {
    const double place = static_cast<double>(points.size() * 7 % 5) / 2 - 1;
    points.push_back({bytes, rate(bytes) * (1 + wobble * place), spread});
  }
  return points;
}

/// 48 KiB, 2 MiB and 32 MiB of cache, each left at once.
double ideal(std::int64_t bytes) {
  return bytes <= 48 * kKi ? 350e9 : bytes <= 2 * kMi ? 140e9 : bytes <= 32 * kMi ? 30e9 : 17e9;
}

/// From `from` B/s at `begin` to `to` at `end`, evenly on logarithmic axes.
double knee(std::int64_t bytes, std::int64_t begin, std::int64_t end, double from, double to) {
  const auto logarithm = [](std::int64_t size) { return std::log(static_cast<double>(size)); };
  const double place = (logarithm(bytes) - logarithm(begin)) / (logarithm(end) - logarithm(begin));
  return from * std::pow(to / from, place);
}

/// What a guest saw on a server that reports an L3 of 260 MiB: an L3 that is shared, and knees of two
/// octaves.
double guest(std::int64_t bytes) {
  if (bytes <= 40 * kKi) return 345e9;
  if (bytes <= 64 * kKi) return knee(bytes, 40 * kKi, 64 * kKi, 345e9, 140e9);
  if (bytes <= 1 * kMi) return 140e9;
  if (bytes <= 4 * kMi) return knee(bytes, kMi, 4 * kMi, 140e9, 30e9);
  if (bytes <= 64 * kMi) return 30e9;
  if (bytes <= 256 * kMi) return knee(bytes, 64 * kMi, 256 * kMi, 30e9, 17.2e9);
  return 17.2e9;
}

TEST(SweepSizes, go_from_8_kib_to_the_top_in_steps_of_the_octave) {
  EXPECT_THAT(sweep_sizes(16 * kKi, 1), ::testing::ElementsAre(8 * kKi, 16 * kKi));
  EXPECT_THAT(sweep_sizes(kGi, 4), SizeIs(4 * 17 + 1));
}

TEST(SweepSizes, are_multiples_of_1_kib_and_never_the_same_twice) {
  std::int64_t last = 0;
  for (const auto size : sweep_sizes(kMi, 8)) {
    EXPECT_EQ(size % kKi, 0);
    EXPECT_GT(size, last);
    last = size;
  }
}

TEST(FindPlateaus, finds_known_knees_exactly) {
  const auto plateaus = find_plateaus(swept(kGi, ideal), 4);
  ASSERT_THAT(plateaus, SizeIs(4));
  EXPECT_EQ(plateaus[0].low, 8 * kKi);
  EXPECT_LE(plateaus[0].high, 48 * kKi);
  EXPECT_GT(plateaus[0].high * 5 / 4, 48 * kKi);  // the next size is beyond the knee
  EXPECT_EQ(plateaus[1].high, 2 * kMi);
  EXPECT_EQ(plateaus[2].high, 32 * kMi);
  EXPECT_EQ(plateaus[3].high, kGi);
  EXPECT_EQ(plateaus[2].rate, 30e9);
}

TEST(FindPlateaus, finds_them_through_4_percent_of_noise) {
  const auto plateaus = find_plateaus(swept(kGi, ideal, 0.04), 4);
  ASSERT_THAT(plateaus, SizeIs(4));
  EXPECT_EQ(plateaus[1].high, 2 * kMi);
  EXPECT_NEAR(plateaus[1].rate, 140e9, 140e9 * 0.04);
}

TEST(FindPlateaus, finds_none_where_the_rate_falls_all_the_way) {
  EXPECT_THAT(
      find_plateaus(
          swept(kGi, [](std::int64_t bytes) { return 1e12 / std::sqrt(static_cast<double>(bytes)); }), 4),
      IsEmpty());
}

TEST(FindPlateaus, does_not_believe_points_that_scatter) {
  EXPECT_THAT(find_plateaus(swept(kGi, ideal, 0, 0.08), 4), IsEmpty());
}

TEST(FindPlateaus, needs_as_many_points_as_asked_for) {
  const auto points = swept(16 * kKi, [](std::int64_t) { return 1e9; });  // five sizes
  EXPECT_THAT(find_plateaus(points, 5), SizeIs(1));
  EXPECT_THAT(find_plateaus(points, 6), IsEmpty());
}

TEST(FindPlateaus, keeps_knees_out_of_every_plateau) {
  for (const auto& plateau : find_plateaus(swept(2 * kGi, guest), 4)) {
    EXPECT_FALSE(plateau.low <= 48 * kKi && plateau.high >= 48 * kKi);
    EXPECT_FALSE(plateau.low <= 2 * kMi && plateau.high >= 2 * kMi);
    EXPECT_FALSE(plateau.low <= 128 * kMi && plateau.high >= 128 * kMi);
  }
}

TEST(Plateau, is_measured_with_the_same_set_when_its_ends_move_a_little) {
  for (const auto& plateau : {Plateau{3440 * kKi, 54 * kMi, 1, 1}, Plateau{4 * kMi, 76 * kMi, 1, 1},
                              Plateau{3440 * kKi, 38 * kMi, 1, 1}})
    EXPECT_EQ(plateau.measured_set(), 16 * kMi);
}

TEST(Plateau, is_measured_in_its_middle_where_a_round_set_would_be_near_a_knee) {
  const Plateau narrow{9 * kMi, 18 * kMi, 1, 1};
  EXPECT_EQ(narrow.measured_set(), narrow.middle());
}

TEST(Plateau, middle_is_geometric_and_whole_kib) {
  EXPECT_EQ((Plateau{64 * kKi, kMi, 1, 1}.middle()), 256 * kKi);
  EXPECT_EQ((Plateau{8 * kKi, 40 * kKi, 1, 1}.middle()), 18 * kKi);  // 17.9
}

NamedPlateaus named(const Curve& curve, const CacheSizes& reported, std::int64_t top, int threads = 1) {
  return name_plateaus(find_plateaus(swept(top, curve), 4), reported, threads, top);
}

TEST(NamePlateaus, a_guest_has_four_levels_whatever_the_host_reports) {
  const auto levels = named(guest, {48 * kKi, 2 * kMi, 260 * kMi}, 2 * kGi);
  EXPECT_EQ(levels.at(at(MemoryLevel::l1))->rate, 345e9);
  EXPECT_EQ(levels.at(at(MemoryLevel::l2))->rate, 140e9);
  EXPECT_EQ(levels.at(at(MemoryLevel::l3))->rate, 30e9);
  EXPECT_EQ(levels.at(at(MemoryLevel::dram))->rate, 17.2e9);
}

TEST(NamePlateaus, the_measured_l3_ends_far_below_the_reported_one) {
  const auto levels = named(guest, {48 * kKi, 2 * kMi, 480 * kMi}, kGi);
  EXPECT_LE(levels.at(at(MemoryLevel::l3))->high, 64 * kMi);
  EXPECT_EQ(levels.at(at(MemoryLevel::dram))->rate, 17.2e9);
}

TEST(NamePlateaus, an_l3_as_large_as_half_the_sweep_is_not_dram) {
  const auto large = [](std::int64_t bytes) {
    return bytes <= 2 * kMi ? 140e9 : bytes <= 512 * kMi ? 30e9 : 1e18 / static_cast<double>(bytes);
  };
  const auto levels = named(large, {48 * kKi, 2 * kMi, 512 * kMi}, kGi);
  EXPECT_EQ(levels.at(at(MemoryLevel::l3))->rate, 30e9);
  EXPECT_FALSE(levels.at(at(MemoryLevel::dram)));
}

TEST(NamePlateaus, threads_share_the_l3) {
  // 8 MiB are more than a quarter of 24 MiB: on four threads no L3 of their own, though below the reported
  // one.
  const std::vector<Plateau> plateaus{
      {64 * kKi, kMi, 140e9, 10}, {4 * kMi, 8 * kMi, 30e9, 5}, {64 * kMi, kGi, 17e9, 9}};
  const auto levels = name_plateaus(plateaus, {48 * kKi, 2 * kMi, 24 * kMi}, 4, kGi);
  EXPECT_EQ(levels.at(at(MemoryLevel::l3))->rate, 30e9);
  EXPECT_EQ(levels.at(at(MemoryLevel::l2))->rate, 140e9);
}

TEST(NamePlateaus, of_two_on_one_level_the_longer_one_counts) {
  const std::vector<Plateau> plateaus{
      {3 * kMi, 5 * kMi, 40e9, 4}, {8 * kMi, 64 * kMi, 30e9, 13}, {256 * kMi, kGi, 17e9, 9}};
  EXPECT_EQ(name_plateaus(plateaus, {48 * kKi, 2 * kMi, 260 * kMi}, 1, kGi).at(at(MemoryLevel::l3))->rate,
            30e9);
}

TEST(NamePlateaus, nothing_found_is_nothing_named) {
  for (const auto& level : name_plateaus({}, {48 * kKi, 2 * kMi, 260 * kMi}, 1, kGi)) EXPECT_FALSE(level);
}

}  // namespace
}  // namespace hpct
