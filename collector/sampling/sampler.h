// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "collector/sampling/perf_event.h"
#include "collector/sampling/perf_ring.h"
#include "collector/sampling/process_table.h"
#include "collector/sampling/stack_profile.h"

namespace hpct {

class DwarfUnwinder;

/// How to sample here; the same for every repetition.
struct SamplingPlan {
  SamplingEvent event;
  std::int64_t sample_cost_ns = 0;
};

/// Looks for an event and measures what a sample of it costs (20 ms).
tl::expected<SamplingPlan, NoSampling> plan_sampling(const SamplingOptions& options);

/// What sampling saw of one execution.
struct SampledStacks {
  StackProfile stacks;
  std::string event;
  CallGraph call_graph = CallGraph::frame_pointers;
  double wanted_hz = 0;
  double rate_hz = 0;  ///< asked of the kernel: less than wanted where that would cost too much
  bool sees_kernel = false;
  std::int64_t samples = 0;  ///< kept
  std::int64_t skipped = 0;  ///< dropped by us, evenly, because unwinding them cost too much
  std::int64_t lost = 0;     ///< the ring was full
  std::int64_t sample_cost_ns = 0;
  std::int64_t reader_cpu_ns = 0;
  /// CPU time of a thread that ended, exact, with the name it had at its end.
  struct ThreadTime {
    pid_t process = 0;
    std::string name;
    std::int64_t cpu_ns = 0;
    bool told = false;  ///< cpu_ns is known
  };
  std::map<pid_t, ThreadTime> threads;
};

/// Samples one process, its threads and its children. A thread of ours takes the records out of the
/// kernel's rings and sums them up at once, so that memory stays bounded however long the run is.
class Sampler {
 public:
  Sampler(const SamplingPlan& plan, const SamplingOptions& options);
  ~Sampler();
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  /// A child that waits before its exec, which starts the sampling. False when the kernel gives no event or
  /// no memory for it, in words in why_not().
  bool attach_to_child(pid_t child);
  /// The calling thread and every thread it will start, between start() and stop().
  bool attach_to_self();
  void start() noexcept;
  void stop() noexcept;
  /// What was seen since the last call.
  SampledStacks take();
  [[nodiscard]] const std::string& why_not() const { return why_not_; }

 private:
  bool open(pid_t process, bool enable_on_exec);
  void read_until_told();
  void drain(std::uint64_t until_ns);
  void handle(const perf_event_header& header);
  void handle_sample(const perf_event_header& header);
  void handle_fork(const perf_event_header& header);
  void handle_exit(const perf_event_header& header);
  void handle_time(const perf_event_header& header);
  void tell_last_time();
  bool too_expensive();
  void add_place(const AddressSpace* space, std::uint64_t address, bool kernel, bool caller);

  SamplingEvent event_;
  SamplingOptions options_;
  std::int64_t sample_cost_ns_ = 0;
  std::string why_not_;
  pid_t target_ = 0;
  std::vector<PerfRing> rings_;
  int wake_ = -1;  ///< an eventfd: time to go
  std::thread reader_;
  std::mutex mutex_;  ///< over everything below
  RecordBatch batch_;
  SampledStacks seen_;
  ProcessTable processes_{seen_.stacks};
  std::unique_ptr<DwarfUnwinder> unwinder_;
  std::uint64_t arrived_ = 0;  ///< samples of this run, for skipping evenly
  std::uint64_t stride_ = 1;   ///< every so many samples one is unwound
  std::vector<std::uint64_t> places_;
};

}  // namespace hpct
