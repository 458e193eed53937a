// SPDX-License-Identifier: Apache-2.0
#include "reports/timeline_io.h"

#include <gmock/gmock.h>

#include "reports/file_io.h"
#include "tests/temporary_folder.h"

namespace hpct {
namespace {

std::vector<Timeline> two_timelines() {
  Timeline timeline;
  timeline.workload = "1brc";
  timeline.variant = "avx2";
  timeline.names = {"aggregate", "chunk"};
  timeline.dropped = 3;
  timeline.tracks = {
      {.thread = 0, .depth = 0, .start_ns = {5}, .duration_ns = {100}, .name = {0}},
      {.thread = 0, .depth = 1, .start_ns = {5, 40, 41}, .duration_ns = {20, 0, 7}, .name = {1, 1, 1}}};
  return {timeline, Timeline{}};
}

TEST(TimelineIo, timelines_are_the_same_after_writing_and_reading) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_timelines(two_timelines(), folder / "t.json"));
  const auto again = read_timelines(folder / "t.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, two_timelines());
}

TEST(TimelineIo, each_track_stands_on_its_own_line) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_timelines(two_timelines(), folder / "t.json"));
  EXPECT_THAT(*read_file(folder / "t.json"),
              ::testing::HasSubstr("\n{\"node\":0,\"rank\":0,\"thread\":0,\"depth\":1,\"gap_ns\":[5,15,1],"));
}

TEST(TimelineIo, columns_of_different_length_are_refused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(
      folder / "t.json",
      R"({"schema":"hpct-timeline","schema_version":1,"timelines":[{"workload":"w","variant":"v","names":["a"],"dropped":0,
      "tracks":[{"node":0,"rank":0,"thread":0,"depth":0,"gap_ns":[1,2],"dur_ns":[1],"name":[0]}]}]})"));
  EXPECT_THAT(read_timelines(folder / "t.json").error().message, ::testing::HasSubstr("different lengths"));
}

TEST(TimelineIo, a_name_outside_the_table_is_refused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(
      folder / "t.json",
      R"({"schema":"hpct-timeline","schema_version":1,"timelines":[{"workload":"w","variant":"v","names":["a"],"dropped":0,
      "tracks":[{"node":0,"rank":0,"thread":0,"depth":0,"gap_ns":[1],"dur_ns":[1],"name":[7]}]}]})"));
  EXPECT_THAT(read_timelines(folder / "t.json").error().message, ::testing::HasSubstr("outside the 1 names"));
}

TEST(TimelineIo, the_timeline_lies_beside_its_report) {
  EXPECT_EQ(timeline_path("a/ladder.hpct.json"), "a/ladder.hpct.timeline.json");
  EXPECT_EQ(timeline_path("a/ladder.json"), "a/ladder.json.hpct.timeline.json");
}

}  // namespace
}  // namespace hpct
