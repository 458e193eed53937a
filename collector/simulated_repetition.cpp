// SPDX-License-Identifier: Apache-2.0
#include "collector/simulated_repetition.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <hpct/region.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <exception>

#include "collector/clock.h"
#include "collector/recorder.h"
#include "collector/region_summary.h"

#if HPCT_VALGRIND
#include <valgrind/callgrind.h>
#endif

namespace hpct {
namespace {

#if HPCT_VALGRIND
bool running_simulated() { return RUNNING_ON_VALGRIND != 0; }

/// Process wide, so worker threads count too. Collecting is switched per thread, and starts switched on in
/// every thread, only because --collect-atstart=no is not given.
void begin_counting() { CALLGRIND_START_INSTRUMENTATION; }
void end_counting() { CALLGRIND_STOP_INSTRUMENTATION; }
void switch_collecting() { CALLGRIND_TOGGLE_COLLECT; }
void ask_for_counts() { VALGRIND_MONITOR_COMMAND("status internal"); }
#else
bool running_simulated() { return false; }
void begin_counting() {}
void end_counting() {}
void switch_collecting() {}
void ask_for_counts() {}
#endif

/// Where the simulator's answers arrive.
class AnswerLog {
 public:
  bool open(const std::filesystem::path& file) {
    descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    return descriptor_ >= 0;
  }
  void skip_to_end() { position_ = ::lseek(descriptor_, 0, SEEK_END); }
  /// What was written since; the part that fits.
  std::string_view read_new() {
    const auto got = ::pread(descriptor_, text_.data(), text_.size(), position_);
    return {text_.data(), got < 0 ? 0 : static_cast<std::size_t>(got)};
  }

 private:
  int descriptor_ = -1;
  off_t position_ = 0;
  std::array<char, 65536> text_{};
};

AnswerLog answers;  // the clock that reads it is a plain function

/// Instructions of this thread so far; not its own. 0 while nothing counts.
std::uint64_t instructions_so_far() noexcept {
  switch_collecting();
  answers.skip_to_end();
  ask_for_counts();
  const auto count = count_in_answer(answers.read_new()).value_or(0);
  switch_collecting();
  return count;
}

/// What recording costs in instructions: inside an empty region, and for one region in all.
struct RecordingCost {
  std::int64_t inside = 0;
  std::int64_t pair = 0;
};

RecordingCost measure_recording() {
  {
    HPCT_REGION("outer");
    HPCT_REGION("inner");
  }
  const auto summary = summarize(recorder::take());
  const auto outer = summary.find("outer");
  const auto inner = summary.find("outer/inner");
  if (outer == summary.end() || inner == summary.end()) return {};
  return {inner->second.total_ns, outer->second.total_ns - inner->second.total_ns};
}

Expected<void> run_workload(Workload& workload, const Variant& variant) {
  try {
    return workload.run(variant);
  } catch (const std::exception& error) {
    return fail(ErrorCode::failed, fmt::format("{} failed: {}", variant.name, error.what()));
  }
}

Expected<void> verified(Workload& workload, const Variant& variant) {
  const auto check = workload.verify(variant);
  if (!check) return tl::unexpected(check.error());
  if (!check->ok)
    return fail(ErrorCode::wrong_result, fmt::format("{} computed a wrong result on the simulated CPU: {}",
                                                     variant.name, check->message));
  return {};
}

bool is_inside(std::string_view path, std::string_view outer) {
  return path.size() > outer.size() && path.starts_with(outer) && path[outer.size()] == '/';
}

InstructionCounts without_recording(const RegionSummary& regions, std::int64_t total,
                                    const RecordingCost& cost) {
  InstructionCounts counts{.total = total, .regions = {}};
  for (const auto& [path, region] : regions) {
    auto own = region.total_ns - region.calls * cost.inside;
    for (const auto& [inner_path, inner] : regions)
      if (is_inside(inner_path, path)) own -= inner.calls * cost.pair;
    counts.regions[path] = own;
    counts.total -= region.calls * cost.pair;
  }
  return counts;
}

}  // namespace

bool on_simulated_cpu() { return running_simulated(); }

std::optional<std::uint64_t> count_in_answer(std::string_view text) {
  constexpr std::string_view kThread = "current-tid: ";
  const auto thread_at = text.rfind(kThread);
  if (thread_at == std::string_view::npos) return std::nullopt;
  const auto number = text.substr(thread_at + kThread.size());
  const auto thread = number.substr(0, number.find('\n'));
  const auto wanted = fmt::format("\nevents-{}: ", thread);
  const auto at = text.find(wanted, thread_at);
  if (at == std::string_view::npos) return std::nullopt;
  const auto digits = text.substr(at + wanted.size());
  std::uint64_t count = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), count).ec != std::errc{})
    return std::nullopt;
  return count;
}

/// Everything that happens only once per process: first uses of memory, of regions, of threads' buffers.
Expected<void> warm_up(Workload& workload, const Variant& variant) {
  if (auto done = run_workload(workload, variant); !done) return done;
  measure_recording();
  return verified(workload, variant);
}

Expected<InstructionCounts> count_instructions(Workload& workload, const Variant& variant,
                                               const std::filesystem::path& log) {
  if (!answers.open(log)) return fail(ErrorCode::io, "the simulator's log cannot be read");
  clock::replace(instructions_so_far);
  recorder::start();
  if (auto warm = warm_up(workload, variant); !warm) return tl::unexpected(warm.error());
  begin_counting();
  instructions_so_far();
  const auto cost = measure_recording();
  const auto begin = instructions_so_far();
  auto done = run_workload(workload, variant);
  const auto end = instructions_so_far();
  end_counting();
  recorder::stop();
  if (!done) return tl::unexpected(done.error());
  const auto regions = summarize(recorder::take());
  if (auto right = verified(workload, variant); !right) return tl::unexpected(right.error());
  if (end <= begin) return fail(ErrorCode::not_supported, "the simulator does not say what it counted");
  return without_recording(regions, static_cast<std::int64_t>(end - begin), cost);
}

}  // namespace hpct
