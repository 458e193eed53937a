// SPDX-License-Identifier: Apache-2.0
#include "gui/models/timeline_lane.h"

#include <gtest/gtest.h>

#include <random>

namespace hpct {
namespace {

TimelineTrack random_track(int events, std::int64_t longest) {
  std::mt19937 random(7);
  TimelineTrack track;
  std::int64_t now = 0;
  for (int i = 0; i < events; ++i) {
    now += static_cast<std::int64_t>(random()) % longest;
    track.start_ns.push_back(now);
    track.duration_ns.push_back(static_cast<std::int64_t>(random()) % longest);
    track.name.push_back(static_cast<std::uint32_t>(random() % 5));
    now += track.duration_ns.back();
  }
  return track;
}

TimeWindow window_of(double total, double begin, double end) {
  TimeWindow window(total);
  window.show(begin, end);
  return window;
}

TEST(TimelineLane, stands_for_every_visible_event_exactly_once) {
  const auto track = random_track(20'000, 1000);
  const TimelineLane lane(track);
  const auto total = static_cast<double>(lane.end(lane.size() - 1));
  for (const auto& [from, to] : {std::pair(0.0, 1.0), std::pair(0.3, 0.7), std::pair(0.5, 0.501)}) {
    const auto window = window_of(total, from * total, to * total);
    std::size_t expected = 0;
    for (std::size_t i = 0; i < lane.size(); ++i)
      if (static_cast<double>(lane.start(i)) < window.end() &&
          static_cast<double>(lane.end(i)) > window.begin())
        ++expected;
    std::size_t counted = 0;
    for (const auto& span : lane.visible(window, 1000)) counted += span.count;
    // An event that only touches the left edge may be counted as well.
    EXPECT_NEAR(static_cast<double>(counted), static_cast<double>(expected), 1) << from << ".." << to;
  }
}

TEST(TimelineLane, paints_no_more_rectangles_than_two_per_pixel) {
  const auto track = random_track(200'000, 100);
  const TimelineLane lane(track);
  const TimeWindow window(static_cast<double>(lane.end(lane.size() - 1)));
  EXPECT_LE(lane.visible(window, 800).size(), 1600U);
}

TEST(TimelineLane, is_painted_from_left_to_right) {
  const auto track = random_track(50'000, 1000);
  const TimelineLane lane(track);
  const TimeWindow window(static_cast<double>(lane.end(lane.size() - 1)));
  double last = -1;
  for (const auto& span : lane.visible(window, 777)) {
    EXPECT_GE(span.x0, last);
    last = span.x0;
  }
}

TEST(TimelineLane, a_long_event_after_short_ones_in_its_pixel_keeps_its_length) {
  TimelineTrack track;
  track.start_ns = {0, 2, 4, 6};
  track.duration_ns = {1, 1, 1, 994};
  track.name = {0, 0, 0, 1};
  const TimelineLane lane(track);
  const auto spans = lane.visible(TimeWindow(1000), 100);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].count, 3U);
  EXPECT_EQ(spans[1].name, 1U);
  EXPECT_NEAR(spans[1].x1, 100, 1e-9);
}

TEST(TimelineLane, joined_events_tell_how_much_of_the_time_they_cover) {
  TimelineTrack track;
  for (int i = 0; i < 1000; ++i) {
    track.start_ns.push_back(i * 100);
    track.duration_ns.push_back(25);
    track.name.push_back(0);
  }
  const TimelineLane lane(track);
  const auto spans = lane.visible(TimeWindow(100'000), 50);
  ASSERT_FALSE(spans.empty());
  EXPECT_EQ(spans[0].busy, 2);  // a quarter is two eighths
}

TEST(TimelineLane, finds_the_event_under_the_mouse) {
  const auto track = random_track(5'000, 1000);
  const TimelineLane lane(track);
  for (std::size_t i = 0; i < lane.size(); i += 97) {
    if (lane.duration(i) < 2) continue;
    const double middle = static_cast<double>(lane.start(i)) + static_cast<double>(lane.duration(i)) / 2;
    EXPECT_EQ(lane.eventAt(middle, 0), i);
  }
}

TEST(TimelineLane, columns_of_unequal_length_are_read_up_to_the_shortest) {
  TimelineTrack track;
  track.start_ns = {0, 10, 20};
  track.duration_ns = {5, 5};
  track.name = {0, 0, 0};
  EXPECT_EQ(TimelineLane(track).size(), 2U);
}

TEST(TimelineLane, an_empty_track_paints_nothing) {
  const TimelineTrack track;
  EXPECT_TRUE(TimelineLane(track).visible(TimeWindow(100), 100).empty());
}

TEST(TimeWindow, zooming_keeps_the_time_under_the_mouse_in_place) {
  TimeWindow window(1000);
  window.zoom(2, 400);
  EXPECT_DOUBLE_EQ(window.span(), 500);
  EXPECT_DOUBLE_EQ((400 - window.begin()) / window.span(), 0.4);
}

TEST(TimeWindow, never_leaves_the_recording) {
  TimeWindow window(1000);
  window.zoom(4, 500);
  window.pan(-1e9);
  EXPECT_DOUBLE_EQ(window.begin(), 0);
  window.pan(1e9);
  EXPECT_DOUBLE_EQ(window.end(), 1000);
}

}  // namespace
}  // namespace hpct
