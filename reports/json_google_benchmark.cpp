// SPDX-License-Identifier: Apache-2.0
// The JSON of Google Benchmark's reporter: fields as its versions 1.5 to 1.9 write them.
#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/google_benchmark.h"
#include "reports/json_archive.h"

namespace hpct {
namespace {

/// What an entry has besides the counters, which stand among them under their own names.
const std::set<std::string, std::less<>> kFields{"name",
                                                 "family_index",
                                                 "per_family_instance_index",
                                                 "run_name",
                                                 "run_type",
                                                 "repetitions",
                                                 "repetition_index",
                                                 "threads",
                                                 "aggregate_name",
                                                 "aggregate_unit",
                                                 "error_occurred",
                                                 "error_message",
                                                 "skipped",
                                                 "skip_message",
                                                 "iterations",
                                                 "real_time",
                                                 "cpu_time",
                                                 "time_unit",
                                                 "label",
                                                 "big_o",
                                                 "rms",
                                                 "cpu_coefficient",
                                                 "real_coefficient"};

/// Google Benchmark writes NaN and Infinity as they are, which no JSON reader takes: they become null.
std::string without_bare_numbers(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\' && i + 1 < text.size()) {
      out += text[i++];
      out += text[i];
      continue;
    }
    if (text[i] == '"') in_string = !in_string;
    const auto rest = in_string ? std::string_view() : text.substr(i);
    const auto length = [&]() -> std::size_t {
      for (const std::string_view bare : {"-NaN", "NaN", "-Infinity", "Infinity"})
        if (rest.starts_with(bare)) return bare.size();
      return 0;
    }();
    if (length > 0) {
      out += "null";
      i += length - 1;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Reads one object; the first thing that is not as it should be is kept with its path.
class Fields {
 public:
  Fields(const Json& in, std::string path, std::string& problem)
      : in_(in), path_(std::move(path)), problem_(problem) {
    if (!in_.is_object()) note("", "an object");
  }

  [[nodiscard]] std::string text(const char* name) const {
    const auto at = find(name);
    if (at == nullptr) return {};
    if (!at->is_string()) note(name, "a text");
    return at->is_string() ? at->get<std::string>() : std::string();
  }
  [[nodiscard]] double number(const char* name) const {
    const auto at = find(name);
    if (at == nullptr) return 0;
    if (!at->is_number()) note(name, "a number");
    return at->is_number() ? at->get<double>() : 0;
  }
  /// A count of at least `low`; `low` when it is not there.
  [[nodiscard]] std::int64_t count(const char* name, std::int64_t low) const {
    const auto at = find(name);
    if (at == nullptr) return low;
    constexpr double kMost = 9e15;
    const double value = at->is_number() ? at->get<double>() : -1;
    if (value < static_cast<double>(low) || value > kMost || value != std::floor(value)) {
      note(name, fmt::format("a whole number from {}", low));
      return low;
    }
    return static_cast<std::int64_t>(value);
  }
  [[nodiscard]] int small_count(const char* name, int low) const {
    const auto value = count(name, low);
    if (value > std::numeric_limits<int>::max()) note(name, "a 32-bit integer");
    return value > std::numeric_limits<int>::max() ? low : static_cast<int>(value);
  }
  [[nodiscard]] std::optional<bool> flag(const char* name) const {
    const auto at = find(name);
    if (at != nullptr && at->is_boolean()) return at->get<bool>();
    return std::nullopt;
  }
  /// A key that is null is as good as none.
  [[nodiscard]] const Json* find(const char* name) const {
    const auto at = in_.find(name);
    return at == in_.end() || at->is_null() ? nullptr : &*at;
  }
  void note(std::string_view name, std::string_view expected) const {
    if (problem_.empty())
      problem_ = fmt::format("{}{}{}: expected {}", path_, name.empty() ? "" : "/", name, expected);
  }

 private:
  const Json& in_;
  std::string path_;
  std::string& problem_;
};

std::optional<double> seconds_per(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits{
      {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}}};
  for (const auto& [name, seconds] : kUnits)
    if (name == unit) return seconds;
  return std::nullopt;
}

/// "BM_sort/8_median" and "median" -> "BM_sort/8"
std::string without_ending(std::string name, const std::string& aggregate) {
  if (!aggregate.empty() && name.ends_with("_" + aggregate)) name.resize(name.size() - aggregate.size() - 1);
  return name;
}

void read_times(const Fields& fields, GoogleBenchmarkEntry& entry) {
  const auto unit = fields.text("time_unit");
  const auto factor = seconds_per(unit.empty() ? "ns" : unit);
  if (!factor) fields.note("time_unit", "ns, us, ms or s");
  // A ratio of the aggregates "cv" and "RMS" has no unit of time.
  const bool ratio = fields.text("aggregate_unit") == "percentage";
  entry.real_s = fields.number("real_time") * (ratio ? 1 : factor.value_or(0));
  entry.cpu_s = fields.number("cpu_time") * (ratio ? 1 : factor.value_or(0));
}

GoogleBenchmarkEntry read_entry(const Json& json, const std::string& path, std::string& problem) {
  const Fields fields(json, path, problem);
  GoogleBenchmarkEntry entry;
  if (!problem.empty()) return entry;
  entry.aggregate = fields.text("aggregate_name");
  entry.name = fields.text("run_name");
  if (entry.name.empty()) entry.name = without_ending(fields.text("name"), entry.aggregate);
  if (entry.name.empty()) fields.note("name", "a text");
  entry.label = fields.text("label");
  if (fields.flag("error_occurred").value_or(false)) {
    entry.error = fields.text("error_message");
    if (entry.error.empty()) entry.error = "the benchmark does not say why";
  }
  if (fields.flag("skipped").value_or(false)) {
    entry.skipped = fields.text("skip_message");
    if (entry.skipped.empty()) entry.skipped = "it does not say why";
  }
  const bool ran = entry.error.empty() && entry.skipped.empty();
  entry.threads = fields.small_count("threads", 1);
  entry.iterations =
      std::max<std::int64_t>(1, fields.count("iterations", 0));  // an error may come before the first
  read_times(fields, entry);
  if (ran && entry.aggregate.empty() && fields.find("real_time") == nullptr)
    fields.note("real_time", "a number");
  for (const auto& [key, value] : json.items())
    if (!kFields.contains(key) && value.is_number()) entry.counters[key] = value.get<double>();
  return entry;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

void read_caches(const Json& list, std::string& problem, std::vector<Cache>& caches) {
  for (const auto& item : list) {
    const Fields fields(item, fmt::format("/context/caches/{}", caches.size()), problem);
    if (!problem.empty()) return;
    caches.push_back({.level = fields.small_count("level", 1),
                      .type = lower_case(fields.text("type")),
                      .bytes = fields.count("size", 0),
                      .shared_by = fields.small_count("num_sharing", 0)});
    const auto& type = caches.back().type;
    if (type != "data" && type != "instruction") caches.back().type = "unified";
    if (caches.back().shared_by == 0) caches.back().shared_by = 1;
  }
}

void read_context(const Json& json, std::string& problem, GoogleBenchmarkFile& file) {
  const Fields fields(json, "/context", problem);
  if (!problem.empty()) return;
  file.date = fields.text("date");
  file.host_name = fields.text("host_name");
  file.executable = fields.text("executable");
  file.num_cpus = fields.small_count("num_cpus", 0);
  file.mhz_per_cpu = fields.number("mhz_per_cpu");
  file.cpu_scaling = fields.flag("cpu_scaling_enabled");
  file.library_version = fields.text("library_version");
  file.library_build_type = fields.text("library_build_type");
  if (const auto* caches = fields.find("caches"); caches != nullptr && caches->is_array())
    read_caches(*caches, problem, file.caches);
}

Json context_of(const GoogleBenchmarkFile& file) {
  auto context = Json::object();
  context["date"] = file.date;
  context["host_name"] = file.host_name;
  context["executable"] = file.executable;
  context["num_cpus"] = file.num_cpus;
  context["mhz_per_cpu"] = std::llround(file.mhz_per_cpu);
  context["cpu_scaling_enabled"] = file.cpu_scaling.value_or(false);
  context["caches"] = Json::array();
  for (const auto& cache : file.caches) {
    auto type = cache.type;
    if (!type.empty()) type[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(type[0])));
    context["caches"].push_back(
        {{"type", type}, {"level", cache.level}, {"size", cache.bytes}, {"num_sharing", cache.shared_by}});
  }
  context["load_avg"] = Json::array();
  if (!file.library_version.empty()) context["library_version"] = file.library_version;
  context["library_build_type"] = file.library_build_type.empty() ? "release" : file.library_build_type;
  return context;
}

/// Where an entry stands: which benchmark of the file, which repetition of how many.
struct Place {
  std::int64_t family = -1;
  std::int64_t repetition = 0;
  std::int64_t repetitions = 0;
};

Json json_of(const GoogleBenchmarkEntry& entry, const Place& place) {
  const bool aggregate = !entry.aggregate.empty();
  auto out = Json::object();
  out["name"] = aggregate ? entry.name + "_" + entry.aggregate : entry.name;
  out["family_index"] = place.family;
  out["per_family_instance_index"] = 0;
  out["run_name"] = entry.name;
  out["run_type"] = aggregate ? "aggregate" : "iteration";
  out["repetitions"] = std::max<std::int64_t>(1, place.repetitions);
  if (!aggregate) out["repetition_index"] = place.repetition;
  out["threads"] = entry.threads;
  const bool ratio = entry.aggregate == "cv";
  if (aggregate) {
    out["aggregate_name"] = entry.aggregate;
    out["aggregate_unit"] = ratio ? "percentage" : "time";
  }
  if (!entry.error.empty()) {
    out["error_occurred"] = true;
    out["error_message"] = entry.error;
  }
  out["iterations"] = entry.iterations;
  out["real_time"] = entry.real_s * (ratio ? 1 : 1e9);
  out["cpu_time"] = entry.cpu_s * (ratio ? 1 : 1e9);
  out["time_unit"] = "ns";
  for (const auto& [name, number] : entry.counters)
    if (!kFields.contains(name) && std::isfinite(number)) out[name] = number;
  if (!entry.label.empty()) out["label"] = entry.label;
  return out;
}

}  // namespace

bool looks_like_google_benchmark(std::string_view text) {
  const auto head = text.substr(0, 65536);
  const auto has = [&](std::string_view key) { return head.find(key) != std::string_view::npos; };
  return has("\"context\"") &&
         (has("\"num_cpus\"") || has("\"library_build_type\"") || has("\"benchmarks\""));
}

Expected<GoogleBenchmarkFile> parse_google_benchmark(std::string_view text, const std::string& name) {
  const auto json = parse_json(without_bare_numbers(text), name);
  if (!json) return tl::unexpected(json.error());
  const bool shaped = json->is_object() && json->contains("context") && json->contains("benchmarks") &&
                      (*json)["benchmarks"].is_array();
  if (!shaped)
    return fail(ErrorCode::bad_file, fmt::format("{} has no context and list of benchmarks", name),
                "write it with --benchmark_out=FILE --benchmark_out_format=json");
  GoogleBenchmarkFile file;
  std::string problem;
  read_context((*json)["context"], problem, file);
  for (const auto& item : (*json)["benchmarks"]) {
    if (!problem.empty()) break;
    file.entries.push_back(read_entry(item, fmt::format("/benchmarks/{}", file.entries.size()), problem));
  }
  if (!problem.empty())
    return fail(ErrorCode::bad_file, fmt::format("{}: {}", name, problem),
                "the file was edited or damaged: benchmark again with --benchmark_out=FILE");
  return file;
}

std::string to_json(const GoogleBenchmarkFile& file) {
  auto json = Json::object();
  json["context"] = context_of(file);
  json["benchmarks"] = Json::array();
  std::map<std::string, Place> places;
  for (const auto& entry : file.entries)
    if (entry.aggregate.empty()) ++places[entry.name].repetitions;
  std::int64_t families = 0;
  for (const auto& entry : file.entries) {
    auto& place = places[entry.name];
    if (place.family < 0) place.family = families++;
    json["benchmarks"].push_back(json_of(entry, place));
    if (entry.aggregate.empty()) ++place.repetition;
  }
  return pretty(json);
}

}  // namespace hpct
