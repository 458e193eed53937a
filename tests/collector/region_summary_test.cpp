// SPDX-License-Identifier: Apache-2.0
#include "collector/region_summary.h"

#include <gmock/gmock.h>
#include <hpct/region.h>

namespace hpct {
namespace {

/// Sites that never run: the clock is not calibrated here, so a tick is a nanosecond.
constinit RegionSite site_a{"a", "", 0};
constinit RegionSite site_b{"b", "", 0};
constinit RegionSite site_c{"c", "", 0};
constinit RegionSite other_a{"a", "", 1};

RegionRecord region(RegionSite& site, std::uint32_t depth, std::uint64_t begin, std::uint64_t duration,
                    std::uint64_t work = 0) {
  return {begin, duration, work, recorder::number_of(site), depth};
}

ThreadRecords on_thread(int thread, std::vector<RegionRecord> records) {
  ThreadRecords made;
  made.thread = thread;
  made.records = std::move(records);
  return made;
}

/// With all sites of this program.
RegionSummary summarize(std::vector<ThreadRecords> threads) {
  return hpct::summarize({std::move(threads), recorder::sites()});
}

Timeline timeline_of(std::vector<ThreadRecords> threads, std::uint64_t origin) {
  return hpct::timeline_of({std::move(threads), recorder::sites()}, origin);
}

std::vector<std::string> paths(const RegionSummary& summary) {
  std::vector<std::string> names;
  for (const auto& [path, totals] : summary) names.push_back(path);
  return names;
}

TEST(RegionSummary, of_nothing_is_empty) { EXPECT_TRUE(hpct::summarize(Recording{}).empty()); }

TEST(RegionSummary, paths_go_from_the_outermost_region_inwards) {
  const auto summary = summarize({on_thread(0, {region(site_c, 2, 20, 5), region(site_b, 1, 10, 20),
                                                region(site_c, 1, 40, 5), region(site_a, 0, 0, 100)})});
  EXPECT_EQ(paths(summary), (std::vector<std::string>{"a", "a/b", "a/b/c", "a/c"}));
}

TEST(RegionSummary, adds_up_calls_times_and_payloads) {
  const auto summary = summarize({on_thread(
      0, {region(site_b, 1, 10, 20, 3), region(site_b, 1, 40, 30, 4), region(site_a, 0, 0, 100, 9)})});
  const auto& b = summary.at("a/b");
  EXPECT_EQ(b.calls, 2);
  EXPECT_EQ(b.total_ns, 50);
  EXPECT_EQ(b.elapsed_ns, 50);
  EXPECT_EQ(b.work, 7U);
}

TEST(RegionSummary, elapsed_is_the_slowest_thread_and_total_the_sum) {
  const auto summary = summarize({on_thread(0, {region(site_a, 0, 0, 100)}),
                                  on_thread(3, {region(site_a, 0, 0, 60), region(site_a, 0, 70, 90)}),
                                  on_thread(5, {region(site_a, 0, 0, 40)})});
  EXPECT_EQ(summary.at("a").elapsed_ns, 150);
  EXPECT_EQ(summary.at("a").total_ns, 290);
}

TEST(RegionSummary, keeps_the_share_of_each_thread) {
  const auto summary = summarize({on_thread(0, {region(site_a, 0, 0, 100)}),
                                  on_thread(3, {region(site_a, 0, 0, 60), region(site_a, 0, 70, 90)})});
  const std::vector<ThreadShare> expected{{.thread = 0, .calls = 1, .time_ns = 100},
                                          {.thread = 3, .calls = 2, .time_ns = 150}};
  EXPECT_EQ(summary.at("a").threads, expected);
}

TEST(RegionSummary, a_child_belongs_to_the_call_of_its_parent_that_ends_next) {
  const auto summary = summarize({on_thread(0, {region(site_c, 1, 1, 1), region(site_a, 0, 0, 10),
                                                region(site_c, 1, 21, 2), region(site_b, 0, 20, 10)})});
  EXPECT_EQ(summary.at("a/c").total_ns, 1);
  EXPECT_EQ(summary.at("b/c").total_ns, 2);
}

TEST(RegionSummary, regions_shorter_than_the_clocks_step_keep_their_parents) {
  const auto summary =
      summarize({on_thread(0, {region(site_c, 1, 7, 0), region(site_a, 0, 7, 0), region(site_b, 0, 7, 0)})});
  EXPECT_EQ(paths(summary), (std::vector<std::string>{"a", "a/c", "b"}));
}

TEST(RegionSummary, a_child_whose_parent_was_dropped_gets_a_question_mark) {
  const auto summary = summarize(
      {on_thread(0, {region(site_a, 0, 0, 5), region(site_b, 1, 10, 5), region(site_c, 2, 20, 5)})});
  EXPECT_EQ(paths(summary), (std::vector<std::string>{"?/?/c", "?/b", "a"}));
}

TEST(RegionSummary, records_whose_parents_never_ended_know_them) {
  auto thread = on_thread(0, {region(site_c, 2, 20, 5), region(site_c, 2, 30, 5)});
  thread.open = {recorder::number_of(site_a), recorder::number_of(site_b)};
  const auto summary = summarize({thread});
  EXPECT_EQ(paths(summary), (std::vector<std::string>{"a/b/c"}));
  EXPECT_EQ(summary.at("a/b/c").calls, 2);
}

TEST(RegionSummary, knows_the_shortest_and_the_longest_call_of_all_threads) {
  const auto summary = summarize({on_thread(0, {region(site_a, 0, 0, 70), region(site_a, 0, 100, 900)}),
                                  on_thread(1, {region(site_a, 0, 0, 40), region(site_a, 0, 50, 60)})});
  EXPECT_EQ(summary.at("a").min_ns, 40);
  EXPECT_EQ(summary.at("a").max_ns, 900);
}

TEST(RegionSummary, counts_calls_by_powers_of_two) {
  const auto summary =
      summarize({on_thread(0, {region(site_a, 0, 0, 0), region(site_a, 0, 1, 1), region(site_a, 0, 3, 4),
                               region(site_a, 0, 10, 7), region(site_a, 0, 20, 8)})});
  EXPECT_EQ(summary.at("a").histogram, (std::vector<std::int64_t>{1, 1, 0, 2, 1}));
}

TEST(RegionSummary, what_was_dropped_is_added) {
  auto thread = on_thread(0, {region(site_b, 1, 10, 20, 3)});
  thread.dropped = 3;
  thread.open = {recorder::number_of(site_a), recorder::number_of(site_b)};
  std::vector<std::uint64_t> histogram(kDurationBuckets);
  histogram[4] = 2;
  thread.dropped_paths = {{.sites = {recorder::number_of(site_a), recorder::number_of(site_b)},
                           .calls = 2,
                           .ticks = 25,
                           .work = 7,
                           .shortest = 12,
                           .longest = 13,
                           .histogram = histogram}};
  const auto b = summarize({thread}).at("a/b");
  EXPECT_EQ(b.calls, 3);
  EXPECT_EQ(b.total_ns, 45);
  EXPECT_EQ(b.work, 10U);
  EXPECT_EQ(b.min_ns, 12);
  EXPECT_EQ(b.max_ns, 20);
  EXPECT_EQ(b.histogram, (std::vector<std::int64_t>{0, 0, 0, 0, 2, 1}));
}

TEST(RegionSummary, names_the_place_in_the_source) {
  static constinit RegionSite placed{"placed", "solver.cpp", 42};
  const auto summary = summarize({on_thread(0, {region(placed, 0, 0, 1)})});
  EXPECT_EQ(summary.at("placed").file, "solver.cpp");
  EXPECT_EQ(summary.at("placed").line, 42);
}

TEST(RegionSummary, an_impossible_depth_stands_on_the_outermost_level) {
  const auto summary = summarize({on_thread(0, {region(site_a, UINT32_MAX, 0, 5)})});
  EXPECT_EQ(paths(summary), (std::vector<std::string>{"a"}));
}

TEST(RegionSummary, two_sites_of_one_name_share_a_path) {
  const auto summary = summarize({on_thread(1, {region(site_a, 0, 0, 5), region(other_a, 0, 10, 7)})});
  const std::vector<ThreadShare> expected{{.thread = 1, .calls = 2, .time_ns = 12}};
  EXPECT_EQ(summary.at("a").threads, expected);
}

TEST(RegionSummary, recursion_has_a_path_per_level) {
  const auto summary = summarize({on_thread(0, {region(site_a, 1, 2, 5), region(site_a, 0, 0, 10)})});
  EXPECT_EQ(paths(summary), (std::vector<std::string>{"a", "a/a"}));
}

TEST(RegionSummary, a_clock_that_stepped_back_counts_as_no_time) {
  const auto summary = summarize({on_thread(0, {region(site_a, 0, 100, static_cast<std::uint64_t>(-5))})});
  EXPECT_EQ(summary.at("a").total_ns, 0);
}

TEST(Timeline, has_one_track_per_thread_and_depth) {
  const auto timeline = timeline_of({on_thread(0, {region(site_b, 1, 1, 1), region(site_a, 0, 0, 3)}),
                                     on_thread(4, {region(site_a, 0, 0, 3)})},
                                    0);
  ASSERT_EQ(timeline.tracks.size(), 3U);
  EXPECT_EQ(timeline.tracks[1].depth, 1);
  EXPECT_EQ(timeline.tracks[2].thread, 4);
}

TEST(Timeline, times_count_from_the_origin) {
  const auto timeline = timeline_of({on_thread(0, {region(site_a, 0, 1'000'100, 50)})}, 1'000'000);
  EXPECT_EQ(timeline.tracks.at(0).start_ns, (std::vector<std::int64_t>{100}));
  EXPECT_EQ(timeline.tracks.at(0).duration_ns, (std::vector<std::int64_t>{50}));
}

TEST(Timeline, a_region_that_began_before_the_origin_starts_at_zero_and_keeps_its_end) {
  const auto timeline = timeline_of({on_thread(0, {region(site_a, 0, 900, 250)})}, 1000);
  EXPECT_EQ(timeline.tracks.at(0).start_ns, (std::vector<std::int64_t>{0}));
  EXPECT_EQ(timeline.tracks.at(0).duration_ns, (std::vector<std::int64_t>{150}));
}

TEST(Timeline, names_are_listed_once) {
  const auto timeline = timeline_of(
      {on_thread(0, {region(site_a, 0, 0, 5), region(other_a, 0, 10, 7), region(site_b, 0, 20, 1)})}, 0);
  EXPECT_EQ(timeline.names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(timeline.tracks.at(0).name, (std::vector<std::uint32_t>{0, 0, 1}));
}

TEST(Timeline, says_per_thread_what_is_lost_and_when) {
  auto thread = on_thread(2, {region(site_a, 0, 1'010, 5)});
  thread.name = "worker";
  thread.process = 77;
  thread.dropped = 3;
  thread.first_drop = 1'100;
  thread.last_drop = 1'900;
  const std::vector<TimelineThread> expected{{.thread = 2,
                                              .name = "worker",
                                              .process = 77,
                                              .events = 1,
                                              .dropped = 3,
                                              .first_drop_ns = 100,
                                              .last_drop_ns = 900}};
  EXPECT_EQ(timeline_of({thread}, 1'000).threads, expected);
}

TEST(Timeline, drops_of_all_threads_are_added) {
  auto first = on_thread(0, {region(site_a, 0, 0, 5)});
  auto second = on_thread(1, {});
  first.dropped = 3;
  second.dropped = 4;
  EXPECT_EQ(timeline_of({first, second}, 0).dropped, 7);
}

}  // namespace
}  // namespace hpct
