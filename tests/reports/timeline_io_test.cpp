// SPDX-License-Identifier: Apache-2.0
#include "reports/timeline_io.h"

#include <gmock/gmock.h>

#include <random>

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
  timeline.threads = {{.thread = 0,
                       .name = "worker",
                       .process = 77,
                       .events = 4,
                       .dropped = 3,
                       .first_drop_ns = 200,
                       .last_drop_ns = 300}};
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

TEST(TimelineIo, compressed_timelines_are_the_same_after_writing_and_reading) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_timelines(two_timelines(), folder / "t.json.zst"));
  EXPECT_TRUE(read_file(folder / "t.json.zst")->starts_with("\x28\xb5\x2f\xfd"));
  const auto again = read_timelines(folder / "t.json.zst");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, two_timelines());
}

TEST(TimelineIo, the_content_tells_whether_it_is_compressed_and_not_the_name) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_timelines(two_timelines(), folder / "t.json.zst"));
  std::filesystem::rename(folder / "t.json.zst", folder / "t.json");
  EXPECT_TRUE(read_timelines(folder / "t.json"));
}

TEST(TimelineIo, a_compressed_file_cut_anywhere_is_refused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_timelines(two_timelines(), folder / "t.json.zst"));
  const auto whole = *read_file(folder / "t.json.zst");
  for (std::size_t length = 4; length < whole.size(); length += 7) {
    ASSERT_TRUE(write_file_atomically(folder / "cut.zst", whole.substr(0, length)));
    EXPECT_THAT(read_timelines(folder / "cut.zst").error().message, ::testing::HasSubstr("damaged"))
        << length;
  }
}

/// One thread with regions of random lengths, as incompressible as measured times are.
Timeline random_timeline(std::size_t events, std::int64_t longest_ns) {
  Timeline timeline;
  timeline.names = {"a", "b", "c", "d"};
  TimelineTrack track;
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> length(20, longest_ns);
  std::int64_t end = 0;
  for (std::size_t i = 0; i < events; ++i) {
    track.start_ns.push_back(end + length(random) / 10);
    track.duration_ns.push_back(length(random));
    track.name.push_back(static_cast<std::uint32_t>(random() % 4));
    end = track.start_ns.back() + track.duration_ns.back();
  }
  timeline.tracks.push_back(std::move(track));
  return timeline;
}

TEST(TimelineIo, an_event_takes_at_most_twelve_bytes_on_disk) {
  const TemporaryFolder folder;
  constexpr std::size_t kEvents = 100'000;
  for (const std::int64_t longest : {1'000, 1'000'000, 1'000'000'000}) {
    ASSERT_TRUE(write_timelines({random_timeline(kEvents, longest)}, folder / "t.json.zst"));
    EXPECT_LE(std::filesystem::file_size(folder / "t.json.zst"), 12 * kEvents) << longest;
  }
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
  EXPECT_EQ(timeline_path("a/ladder.hpct.json", true), "a/ladder.hpct.timeline.json.zst");
  EXPECT_EQ(timeline_path("a/ladder.json"), "a/ladder.json.hpct.timeline.json");
}

}  // namespace
}  // namespace hpct
