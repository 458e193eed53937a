// SPDX-License-Identifier: Apache-2.0
#include "reports/report_io.h"

#include "reports/file_io.h"
#include "reports/json_archive.h"
#include "reports/timeline_thread.h"

namespace hpct {

// The field names of the format. `required`: every report has it. `optional`: left out when empty.

template <class Archive>
void describe(Archive& field, Tool& tool) {
  field.required("name", tool.name);
  field.required("version", tool.version);
  field.optional("commit", tool.commit);
  field.optional("compiler", tool.compiler);
  field.optional("flags", tool.flags);
  field.optional("build_type", tool.build_type);
}

template <class Archive>
void describe(Archive& field, SourceTree& source) {
  field.optional("directory", source.directory);
  field.optional("commit", source.commit);
  field.optional("dirty", source.dirty);
}

template <class Archive>
void describe(Archive& field, Cache& cache) {
  field.required("level", cache.level);
  field.required("type", cache.type);
  field.required("bytes", cache.bytes);
  field.optional("line_bytes", cache.line_bytes);
  field.optional("shared_by", cache.shared_by);
}

template <class Archive>
void describe(Archive& field, Cpu& cpu) {
  field.required("model", cpu.model);
  field.optional("vendor", cpu.vendor);
  field.required("architecture", cpu.architecture);
  field.optional("microcode", cpu.microcode);
  field.required("isa", cpu.isa);
  field.required("packages", cpu.packages);
  field.required("cores", cpu.cores);
  field.required("threads", cpu.threads);
  field.optional("mhz", cpu.mhz);
  field.required("usable", cpu.usable);
  field.required("numa_nodes", cpu.numa_nodes);
}

template <class Archive>
void describe(Archive& field, Limits& limits) {
  field.optional("cpu_quota", limits.cpu_quota);
  field.optional("memory_bytes", limits.memory_bytes);
}

template <class Archive>
void describe(Archive& field, Noise& noise) {
  field.required("seconds", noise.seconds);
  field.required("gaps", noise.gaps);
  field.required("clock_spread", noise.clock_spread);
  field.optional("run_delay", noise.run_delay);
  field.optional("stolen", noise.stolen);
  field.optional("other_cores", noise.other_cores);
  field.required("score", noise.score);
}

template <class Archive>
void describe(Archive& field, Machine& machine) {
  field.required("hostname", machine.hostname);
  field.required("cpu", machine.cpu);
  field.required("caches", machine.caches);
  field.required("memory_bytes", machine.memory_bytes);
  field.optional("os", machine.os);
  field.optional("kernel", machine.kernel);
  field.optional("governor", machine.governor);
  field.optional("turbo", machine.turbo);
  field.optional("hypervisor", machine.hypervisor);
  field.optional("transparent_huge_pages", machine.transparent_huge_pages);
  field.optional("clock", machine.clock);
  field.optional("perf_event_paranoid", machine.perf_event_paranoid);
  field.optional("pmu", machine.pmu);
  field.required("limits", machine.limits);
  field.optional("noise", machine.noise);
  field.required("fingerprint", machine.fingerprint);
}

template <class Archive>
void describe(Archive& field, ByteRange& range) {
  field.required("low", range.low);
  field.required("high", range.high);
}

template <class Archive>
void describe(Archive& field, Ceiling& ceiling) {
  field.required("id", ceiling.id);
  field.required("kind", ceiling.kind);
  field.optional("level", ceiling.level);
  field.required("isa", ceiling.isa);
  field.required("threads", ceiling.threads);
  field.required("convention", ceiling.convention);
  field.required("value", ceiling.value);
  field.optional("samples", ceiling.samples);
  field.optional("discarded", ceiling.discarded);
  field.optional("set_bytes", ceiling.set_bytes);
  field.optional("plateau", ceiling.plateau);
  field.optional("pages", ceiling.pages);
  field.optional("clock_hz", ceiling.clock_hz);
}

template <class Archive>
void describe(Archive& field, Check& check) {
  field.required("ok", check.ok);
  field.required("reference", check.reference);
  field.optional("message", check.message);
}

template <class Archive>
void describe(Archive& field, Disturbance& disturbance) {
  field.optional("run_delay_ns", disturbance.run_delay_ns);
  field.required("involuntary_switches", disturbance.involuntary_switches);
  field.required("voluntary_switches", disturbance.voluntary_switches);
  field.required("major_faults", disturbance.major_faults);
  field.required("minor_faults", disturbance.minor_faults);
  field.optional("clock_before_hz", disturbance.clock_before_hz);
  field.optional("clock_after_hz", disturbance.clock_after_hz);
  field.optional("memory_before", disturbance.memory_before);
  field.optional("memory_after", disturbance.memory_after);
  field.optional("throttled", disturbance.throttled);
  field.optional("stolen_ns", disturbance.stolen_ns);
  field.optional("other_cores", disturbance.other_cores);
  field.optional("verdict", disturbance.verdict);
}

template <class Archive>
void describe(Archive& field, Repetition& repetition) {
  field.required("wall_ns", repetition.wall_ns);
  field.required("cpu_ns", repetition.cpu_ns);
  field.optional("disturbance", repetition.disturbance);
  field.optional("iterations", repetition.iterations);
}

template <class Archive>
void describe(Archive& field, ThreadShare& share) {
  field.required("thread", share.thread);
  field.required("calls", share.calls);
  field.required("time_ns", share.time_ns);
}

template <class Archive>
void describe(Archive& field, Region& region) {
  field.required("path", region.path);
  field.required("calls", region.calls);
  field.required("threads", region.threads);
  field.required("samples_ns", region.samples_ns);
  field.optional("precision", region.precision);
  field.optional("min_ns", region.min_ns);
  field.optional("max_ns", region.max_ns);
  field.optional("histogram", region.histogram);
  field.optional("file", region.file);
  field.optional("line", region.line);
  field.required("values", region.values);
}

template <class Archive>
void describe(Archive& field, TimelineLink& link) {
  field.required("file", link.file);
  field.required("events", link.events);
  field.required("dropped", link.dropped);
  field.optional("threads", link.threads);
}

template <class Archive>
void describe(Archive& field, Instrumentation& cost) {
  field.required("clock", cost.clock);
  field.required("pair_ns", cost.pair_ns);
  field.required("regions", cost.regions);
  field.required("share", cost.share);
  field.optional("drift", cost.drift);
}

template <class Archive>
void describe(Archive& field, Simulation& simulation) {
  field.required("tool", simulation.tool);
  field.optional("path", simulation.path);
  field.required("environment", simulation.environment);
  field.optional("isa", simulation.isa);
  field.required("threads", simulation.threads);
  field.required("parameters", simulation.parameters);
  field.required("seconds", simulation.seconds);
}

template <class Archive>
void describe(Archive& field, InlinedFunction& function) {
  field.required("name", function.name);
  field.required("self", function.self);
}

template <class Archive>
void describe(Archive& field, HotFunction& function) {
  field.required("name", function.name);
  field.required("module", function.module);
  field.optional("file", function.file);
  field.optional("line", function.line);
  field.required("self", function.self);
  field.required("total", function.total);
  field.optional("inlined", function.inlined);
}

template <class Archive>
void describe(Archive& field, Profile& profile) {
  field.required("rate", profile.rate);
  field.required("cost_share", profile.cost_share);
  field.optional("event", profile.event);
  field.optional("call_graph", profile.call_graph);
  field.required("samples", profile.samples);
  field.required("lost", profile.lost);
  field.optional("effective_samples", profile.effective_samples);
  field.optional("complete_stacks", profile.complete_stacks);
  field.required("functions", profile.functions);
  field.optional("other_self", profile.other_self);
  field.optional("stacks", profile.stacks);
}

template <class Archive>
void describe(Archive& field, ThreadUsage& usage) {
  field.required("process", usage.process);
  field.required("thread", usage.thread);
  field.optional("name", usage.name);
  field.required("cpu_ns", usage.cpu_ns);
  field.optional("run_delay_ns", usage.run_delay_ns);
  field.optional("exact", usage.exact);
  field.optional("others", usage.others);
}

template <class Archive>
void describe(Archive& field, Run& run) {
  field.required("workload", run.workload);
  field.required("variant", run.variant);
  field.required("role", run.role);
  field.required("item", run.item);
  field.optional("isa", run.isa);
  field.optional("aside", run.aside);
  field.optional("summary", run.summary);
  field.optional("precision", run.precision);
  field.required("parameters", run.parameters);
  field.optional("label", run.label);
  field.required("threads", run.threads);
  field.required("check", run.check);
  field.required("repetitions", run.repetitions);
  field.required("values", run.values);
  field.optional("facts", run.facts);
  field.required("regions", run.regions);
  field.optional("instrumentation", run.instrumentation);
  field.optional("timeline", run.timeline);
  field.optional("profile", run.profile);
  field.optional("thread_usage", run.thread_usage);
  field.optional("exit_status", run.exit_status);
  field.optional("simulation", run.simulation);
}

template <class Archive>
void describe(Archive& field, CertificateEntry& entry) {
  field.required("counter", entry.counter);
  field.required("event", entry.event);
  field.required("kernel", entry.kernel);
  field.required("expected", entry.expected);
  field.required("measured", entry.measured);
  field.required("tolerance", entry.tolerance);
  field.required("ok", entry.ok);
}

template <class Archive>
void describe(Archive& field, Report& report) {
  field.required("schema_version", report.schema_version);
  field.required("tool", report.tool);
  field.required("command", report.command);
  field.required("created", report.created);
  field.required("source", report.source);
  field.required("machine", report.machine);
  field.required("ceilings", report.ceilings);
  field.required("runs", report.runs);
  field.optional("warnings", report.warnings);
  field.optional("certificate", report.certificate);
}

namespace {

constexpr const char* kSchemaName = "hpct-report";

/// Is this a report at all, and one that this version can read?
Expected<void> check_schema(const Json& json, const std::string& name) {
  if (!json.is_object() || json.value("schema", Json()) != kSchemaName) {
    const bool foreign = json.is_object() && json.contains("benchmarks");
    return fail(ErrorCode::bad_file, fmt::format("{} is JSON, but not an hpct report", name),
                foreign ? "results of Google Benchmark become one with hpct-prof import " + name
                        : fmt::format("a report has \"schema\": \"{}\" at its top", kSchemaName));
  }
  const auto version = json.value("schema_version", Json());
  if (!version.is_number_integer())
    return fail(ErrorCode::bad_file, fmt::format("{}: /schema_version: expected an integer", name));
  if (version > kSchemaVersion || version < 1)
    return fail(ErrorCode::bad_file,
                fmt::format("{} has schema version {}; this hpct-prof reads 1 to {}", name, version.dump(),
                            kSchemaVersion),
                "update hpct-prof, or measure again with this version");
  return {};
}

}  // namespace

Expected<Report> parse_report(std::string_view text, const std::string& name) {
  const auto json = parse_json(text, name);
  if (!json) return tl::unexpected(json.error());
  if (auto known = check_schema(*json, name); !known) return tl::unexpected(known.error());
  Report report;
  std::optional<std::string> problem;
  JsonReader reader(*json, "", problem);
  describe(reader, report);
  if (problem)
    return fail(ErrorCode::bad_file, fmt::format("{}: {}", name, *problem),
                "the file was edited or damaged; docs/report-format.md describes the fields");
  return report;
}

Expected<Report> read_report(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) return tl::unexpected(text.error());
  return parse_report(*text, file.string());
}

std::string to_json(const Report& report) {
  auto json = Json::object();
  json["schema"] = kSchemaName;
  json.update(JsonWriter::to(report));
  return pretty(json);
}

Expected<void> write_report(const Report& report, const std::filesystem::path& file) {
  return write_file_atomically(file, to_json(report));
}

}  // namespace hpct
