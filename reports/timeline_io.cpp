// SPDX-License-Identifier: Apache-2.0
#include "reports/timeline_io.h"

#include "reports/file_io.h"
#include "reports/json_archive.h"
#include "reports/timeline_thread.h"
#include "reports/zstandard.h"

namespace hpct {
namespace {

constexpr const char* kSchemaName = "hpct-timeline";

/// Start times as distances from the end of the event before: small numbers, few digits.
std::vector<std::int64_t> gaps_of(const TimelineTrack& track) {
  std::vector<std::int64_t> gaps;
  gaps.reserve(track.start_ns.size());
  std::int64_t end = 0;
  for (std::size_t i = 0; i < track.start_ns.size(); ++i) {
    gaps.push_back(track.start_ns[i] - end);
    end = track.start_ns[i] + track.duration_ns[i];
  }
  return gaps;
}

std::string column(const auto& numbers) {
  std::string text = "[";
  for (const auto number : numbers) {
    const fmt::format_int digits(number);
    text.append(digits.data(), digits.size());
    text += ',';
  }
  if (text.back() == ',') text.pop_back();
  return text + ']';
}

std::string track_line(const TimelineTrack& track) {
  return fmt::format(R"({{"node":{},"rank":{},"thread":{},"depth":{},"gap_ns":{},"dur_ns":{},"name":{}}})",
                     track.node, track.rank, track.thread, track.depth, column(gaps_of(track)),
                     column(track.duration_ns), column(track.name));
}

struct TrackColumns {
  TimelineTrack track;
  std::vector<std::int64_t> gaps;
  std::vector<std::int64_t> names;
};

template <class Archive>
void read_timeline_fields(Archive& field, Timeline& timeline, std::vector<TrackColumns>& tracks) {
  field.required("workload", timeline.workload);
  field.required("variant", timeline.variant);
  field.required("names", timeline.names);
  field.required("dropped", timeline.dropped);
  field.optional("threads", timeline.threads);
  field.required("tracks", tracks);
}

}  // namespace

template <class Archive>
void describe(Archive& field, TrackColumns& columns) {
  field.required("node", columns.track.node);
  field.required("rank", columns.track.rank);
  field.required("thread", columns.track.thread);
  field.required("depth", columns.track.depth);
  field.required("gap_ns", columns.gaps);
  field.required("dur_ns", columns.track.duration_ns);
  field.required("name", columns.names);
}

namespace {

/// Rebuilds the start column; a message when the columns do not belong together.
std::optional<std::string> assemble(TrackColumns& columns, std::size_t names) {
  auto& track = columns.track;
  if (columns.gaps.size() != track.duration_ns.size() || columns.gaps.size() != columns.names.size())
    return "gap_ns, dur_ns and name have different lengths";
  std::int64_t end = 0;
  for (std::size_t i = 0; i < columns.gaps.size(); ++i) {
    track.start_ns.push_back(end + columns.gaps[i]);
    end = track.start_ns.back() + track.duration_ns[i];
    if (columns.names[i] < 0 || static_cast<std::size_t>(columns.names[i]) >= names)
      return fmt::format("name[{}] = {} is outside the {} names", i, columns.names[i], names);
    track.name.push_back(static_cast<std::uint32_t>(columns.names[i]));
  }
  return std::nullopt;
}

Expected<Timeline> read_one(const Json& json, const std::string& file, const std::string& path) {
  Timeline timeline;
  std::vector<TrackColumns> tracks;
  std::optional<std::string> problem;
  JsonReader reader(json, path, problem);
  read_timeline_fields(reader, timeline, tracks);
  for (auto& columns : tracks) {
    if (!problem) problem = assemble(columns, timeline.names.size());
    timeline.tracks.push_back(std::move(columns.track));
  }
  if (problem) return fail(ErrorCode::bad_file, fmt::format("{}: {}", file, *problem));
  return timeline;
}

std::string timeline_text(const Timeline& timeline) {
  auto head = Json::object();
  head["workload"] = timeline.workload;
  head["variant"] = timeline.variant;
  head["names"] = timeline.names;
  head["dropped"] = timeline.dropped;
  if (!timeline.threads.empty()) head["threads"] = JsonWriter::to(timeline.threads);
  auto text = head.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.back() = ',';
  text += "\"tracks\":[";
  for (const auto& track : timeline.tracks)
    text += (&track == timeline.tracks.data() ? "\n" : ",\n") + track_line(track);
  return text + "\n]}";
}

}  // namespace

Expected<std::vector<Timeline>> read_timelines(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (text && is_compressed(*text)) text = decompress(*text, file.string());
  if (!text) return tl::unexpected(text.error());
  const auto json = parse_json(*text, file.string());
  if (!json) return tl::unexpected(json.error());
  if (!json->is_object() || json->value("schema", Json()) != kSchemaName || !json->contains("timelines") ||
      !json->at("timelines").is_array())
    return fail(ErrorCode::bad_file, file.string() + " is JSON, but not an hpct timeline");
  if (json->value("schema_version", Json()) != kSchemaVersion)
    return fail(ErrorCode::bad_file, file.string() + " has a timeline version this hpct-prof cannot read",
                "update hpct-prof, or measure again with this version");
  std::vector<Timeline> timelines;
  for (const auto& entry : json->at("timelines")) {
    auto timeline = read_one(entry, file.string(), fmt::format("/timelines/{}", timelines.size()));
    if (!timeline) return tl::unexpected(timeline.error());
    timelines.push_back(std::move(*timeline));
  }
  return timelines;
}

Expected<void> write_timelines(const std::vector<Timeline>& timelines, const std::filesystem::path& file) {
  auto text =
      fmt::format("{{\"schema\":\"{}\",\"schema_version\":{},\"timelines\":[", kSchemaName, kSchemaVersion);
  for (const auto& timeline : timelines)
    text += (&timeline == timelines.data() ? "\n" : ",\n") + timeline_text(timeline);
  text += "\n]}\n";
  if (!file.string().ends_with(kCompressedEnding)) return write_file_atomically(file, text);
  const auto compressed = compress(text);
  if (!compressed) return tl::unexpected(compressed.error());
  return write_file_atomically(file, *compressed);
}

std::filesystem::path timeline_path(const std::filesystem::path& report_file, bool compressed) {
  constexpr std::string_view kEnding = ".hpct.json";
  auto name = report_file.string();
  if (name.ends_with(kEnding)) name.resize(name.size() - kEnding.size());
  return name + ".hpct.timeline.json" + std::string(compressed ? kCompressedEnding : "");
}

}  // namespace hpct
