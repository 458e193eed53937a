// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/sampler.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "collector/clock.h"
#include "collector/sampling/dwarf_unwinder.h"
#include "collector/sampling/sampling_cost.h"

namespace hpct {
namespace {

constexpr int kLongestNapMs = 100;
/// A record is in its ring this long after its time at the latest.
constexpr std::uint64_t kSettlingNs = 2'000'000;
/// Pages per ring; with the stack copies it is what an ordinary user may lock (516 kB).
constexpr std::size_t kPages = 64;
constexpr std::size_t kPagesWithStacks = 128;
/// So many samples go by before the cost of unwinding is judged: the first ones read the files.
constexpr std::uint64_t kJudgedAfter = 300;

constexpr std::size_t kMostThreadTimes = 10'000;

std::int64_t thread_cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

bool is_context_mark(std::uint64_t address) {
  return address >= static_cast<std::uint64_t>(PERF_CONTEXT_MAX);
}

}  // namespace

tl::expected<SamplingPlan, NoSampling> plan_sampling(const SamplingOptions& options) {
  const auto event = choose_sampling_event(options);
  if (!event) return tl::unexpected(event.error());
  return SamplingPlan{*event, measure_sample_cost_ns(*event)};
}

Sampler::Sampler(const SamplingPlan& plan, const SamplingOptions& options)
    : event_(plan.event), options_(options), sample_cost_ns_(plan.sample_cost_ns) {
  const double rate = affordable_rate(options, sample_cost_ns_);
  event_.attributes.sample_freq = static_cast<std::uint64_t>(rate);
  seen_.rate_hz = static_cast<double>(event_.attributes.sample_freq);
  if (options.call_graph == CallGraph::dwarf) unwinder_ = std::make_unique<DwarfUnwinder>();
}

Sampler::~Sampler() {
  if (reader_.joinable()) {
    ::eventfd_write(wake_, 1);
    reader_.join();
  }
  if (wake_ >= 0) ::close(wake_);
}

bool Sampler::attach_to_child(pid_t child) {
  target_ = child;
  return open(child, true);
}

bool Sampler::attach_to_self() {
  {
    const std::lock_guard lock(mutex_);
    processes_.adopt(::getpid());
  }
  return open(0, false);
}

/// One event per processor: the kernel maps no ring for an event that is inherited and on all of them.
bool Sampler::open(pid_t process, bool enable_on_exec) {
  event_.attributes.enable_on_exec = enable_on_exec ? 1 : 0;
  const auto pages = unwinder_ ? kPagesWithStacks : kPages;
  event_.attributes.watermark = 1;
  event_.attributes.wakeup_watermark = static_cast<std::uint32_t>(pages * 4096 / 4);
  wake_ = ::eventfd(0, EFD_CLOEXEC);
  // The reader first, so that it does not inherit the sampling.
  std::unique_lock lock(mutex_);
  reader_ = std::thread([this] { read_until_told(); });
  for (const int cpu : online_cpus()) {
    const int descriptor = open_perf_event(event_.attributes, process, cpu);
    if (descriptor < 0 && errno == ENODEV) continue;  // switched off meanwhile
    if (descriptor < 0) why_not_ = fmt::format("perf_event_open: {}", std::strerror(errno));
    PerfRing ring(descriptor, pages);
    if (descriptor >= 0 && !ring.mapped())
      why_not_ = fmt::format("no memory for samples: {} (ulimit -l, kernel.perf_event_mlock_kb)",
                             std::strerror(errno));
    if (!why_not_.empty()) break;
    rings_.push_back(std::move(ring));
  }
  if (!why_not_.empty()) rings_.clear();
  return why_not_.empty();
}

void Sampler::start() noexcept {
  for (const auto& ring : rings_) ring.enable();
}

void Sampler::stop() noexcept {
  for (const auto& ring : rings_) ring.disable();
}

void Sampler::read_until_told() {
  std::vector<pollfd> watched;
  {
    const std::lock_guard lock(mutex_);  // until the rings are there
    watched.push_back({wake_, POLLIN, 0});
    for (const auto& ring : rings_) watched.push_back({ring.descriptor(), POLLIN, 0});
  }
  for (;;) {
    ::poll(watched.data(), watched.size(), kLongestNapMs);
    if ((watched[0].revents & POLLIN) != 0) return;
    // An event whose threads have all ended is always "ready": waiting for it would be a busy loop.
    for (auto& ring : watched)
      if ((ring.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) ring.fd = -1;
    const std::lock_guard lock(mutex_);
    const auto now = static_cast<std::uint64_t>(clock::monotonic_ns());
    drain(now - kSettlingNs);
  }
}

SampledStacks Sampler::take() {
  const std::lock_guard lock(mutex_);
  drain(~std::uint64_t{0});
  tell_last_time();
  SampledStacks taken;
  taken.stacks = seen_.stacks.take();
  taken.event = event_.name;
  taken.call_graph = options_.call_graph;
  taken.wanted_hz = options_.rate_hz;
  taken.rate_hz = seen_.rate_hz;
  taken.sees_kernel = event_.sees_kernel;
  taken.sample_cost_ns = sample_cost_ns_;
  taken.samples = std::exchange(seen_.samples, 0);
  taken.skipped = std::exchange(seen_.skipped, 0);
  taken.lost = std::exchange(seen_.lost, 0);
  taken.reader_cpu_ns = std::exchange(seen_.reader_cpu_ns, 0);
  taken.threads = std::exchange(seen_.threads, {});
  return taken;
}

void Sampler::drain(std::uint64_t until_ns) {
  const auto before = thread_cpu_ns();
  for (auto& ring : rings_) ring.drain(batch_);
  batch_.release(until_ns, [this](const perf_event_header& header) { handle(header); });
  seen_.reader_cpu_ns += thread_cpu_ns() - before;
  if (too_expensive()) stride_ *= 2;
}

/// Unwinding by tables has no price known beforehand: it depends on the depth of the stacks.
bool Sampler::too_expensive() {
  if (!unwinder_ || arrived_ < kJudgedAfter * stride_) return false;
  const double sampled_ns = static_cast<double>(arrived_) / seen_.rate_hz * 1e9;
  const double spent_ns =
      static_cast<double>(seen_.reader_cpu_ns + static_cast<std::int64_t>(arrived_) * sample_cost_ns_);
  return spent_ns > kHighestCostShare * sampled_ns;
}

void Sampler::handle(const perf_event_header& header) {
  switch (header.type) {
    case PERF_RECORD_SAMPLE:
      return handle_sample(header);
    case PERF_RECORD_READ:
      return handle_time(header);
    case PERF_RECORD_FORK:
      return handle_fork(header);
    case PERF_RECORD_EXIT:
      return handle_exit(header);
    case PERF_RECORD_LOST: {
      RecordReader record(header);
      record.next<std::uint64_t>();
      seen_.lost += static_cast<std::int64_t>(record.next<std::uint64_t>());
      return;
    }
    default:
      return processes_.note(header);
  }
}

void Sampler::handle_fork(const perf_event_header& header) {
  processes_.note(header);
  RecordReader record(header);
  const auto process = record.next<pid_t>();
  record.next<pid_t>();
  const auto thread = record.next<pid_t>();
  if (seen_.threads.size() < kMostThreadTimes) seen_.threads[thread] = {.process = process, .name = {}};
}

void Sampler::handle_exit(const perf_event_header& header) {
  RecordReader record(header);
  const auto process = record.next<pid_t>();
  record.next<pid_t>();
  const auto thread = record.next<pid_t>();
  if (const auto at = seen_.threads.find(thread); at != seen_.threads.end())
    at->second.name = processes_.name_of(process, thread);
  processes_.note(header);
}

/// Every thread but one leaves a record of its time: the one that has the original of the event when it ends,
/// which need not be the one we attached to, since the kernel swaps equal events between threads instead of
/// exchanging them. The original knows the sum, so the time of that one is what the others leave.
void Sampler::tell_last_time() {
  std::int64_t left_ns = 0;
  for (const auto& ring : rings_) left_ns += ring.time_running_ns();
  SampledStacks::ThreadTime* silent = nullptr;
  for (auto& [number, time] : seen_.threads) {
    left_ns -= time.cpu_ns;
    if (time.told) continue;
    if (silent != nullptr) return;
    silent = &time;
  }
  const bool first_thread_told = seen_.threads.contains(target_) && seen_.threads[target_].told;
  if (silent == nullptr || !first_thread_told || left_ns < 0) return;
  silent->cpu_ns = left_ns;
  silent->told = true;
}

/// A thread has ended: its time on this event's processor.
void Sampler::handle_time(const perf_event_header& header) {
  RecordReader record(header);
  const auto process = record.next<pid_t>();
  const auto thread = record.next<pid_t>();
  record.next<std::uint64_t>();  // the count
  record.next<std::uint64_t>();  // time enabled
  if (seen_.threads.size() >= kMostThreadTimes && !seen_.threads.contains(thread)) return;
  auto& time = seen_.threads[thread];
  time.process = process;
  if (time.name.empty()) time.name = processes_.name_of(process, thread);  // after its end it has none
  time.told = true;
  time.cpu_ns += static_cast<std::int64_t>(record.next<std::uint64_t>());
}

/// Callers are placed one byte before where they will go on: within the call.
void Sampler::add_place(const AddressSpace* space, std::uint64_t address, bool kernel, bool caller) {
  const auto exact = caller ? address - 1 : address;
  if (kernel) {
    places_.push_back(CodePlace{seen_.stacks.module({"[kernel]", nullptr}), exact}.packed());
    return;
  }
  const auto* mapping = space == nullptr ? nullptr : space->find(exact);
  if (mapping != nullptr)
    places_.push_back(CodePlace{mapping->module, exact - mapping->begin + mapping->file_offset}.packed());
  else
    places_.push_back(CodePlace{seen_.stacks.module({"[unknown]", nullptr}), exact}.packed());
}

void Sampler::handle_sample(const perf_event_header& header) {
  if (arrived_++ % stride_ != 0) {
    ++seen_.skipped;
    return;
  }
  RecordReader record(header);
  const auto address = record.next<std::uint64_t>();
  const auto process = record.next<pid_t>();
  const auto thread = record.next<pid_t>();
  record.next<std::uint64_t>();  // time
  const auto* space = processes_.space(process);
  places_.clear();
  bool kernel = (header.misc & PERF_RECORD_MISC_CPUMODE_MASK) == PERF_RECORD_MISC_KERNEL;
  bool caller = false;
  for (const auto place : record.numbers(record.next<std::uint64_t>())) {
    if (is_context_mark(place)) {
      kernel = place == static_cast<std::uint64_t>(PERF_CONTEXT_KERNEL);
      caller = false;
      continue;
    }
    // Without frame pointers the chain ends in numbers that are no code.
    if (caller && !kernel && (space == nullptr || space->find(place - 1) == nullptr)) break;
    add_place(space, place, kernel, caller);
    caller = true;
  }
  if (unwinder_ && record.next<std::uint64_t>() != PERF_SAMPLE_REGS_ABI_NONE) {
    const auto registers =
        record.numbers(static_cast<std::uint64_t>(std::popcount(event_.attributes.sample_regs_user)));
    const auto stack = record.bytes(record.next<std::uint64_t>());
    const auto filled = stack.empty() ? 0 : record.next<std::uint64_t>();
    if (space != nullptr) {
      const auto& chain = unwinder_->unwind(process, *space, seen_.stacks.modules(),
                                            {registers, stack.subspan(0, std::min(filled, stack.size()))});
      for (std::size_t i = 0; i < chain.size(); ++i) add_place(space, chain[i], false, i > 0);
    }
  }
  if (places_.empty()) add_place(space, address, kernel, false);
  ++seen_.samples;
  seen_.stacks.add(seen_.stacks.thread(processes_.name_of(process, thread)), places_);
}

}  // namespace hpct
