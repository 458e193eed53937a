// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>

#include "collector/clock.h"
#include "collector/program_probe.h"
#include "collector/region_channel.h"

namespace hpct::probes {
namespace {

/// Receives the regions of programs that are linked with hpct::region.
class Regions : public ProgramProbe {
 public:
  explicit Regions(const RunnerOptions& options) : options_(options) {}

  void prepare(ChildEnvironment& environment) override {
    recorder::set_fenced(options_.fenced);
    const auto stamp = recorder::stamp();  // calibrates the clock for the program too: it is the same
    auto channel = RegionChannel::create(options_.timeline_records, stamp, clock::ns_per_tick());
    if (!channel) {
      problem_ = channel.error().message + " (" + channel.error().hint + ")";
      return;
    }
    channel_.emplace(std::move(*channel));
    environment.push_back(channel_->environment());
  }

  void attach(pid_t /*child*/) override { origin_ = clock::now(); }
  void ended(pid_t /*child*/) override {}

  void collect(Sample& sample) override {
    if (!channel_) return sample.warnings.push_back(problem_);
    auto delivery = channel_->read();
    sample.warnings.insert(sample.warnings.end(), delivery.warnings.begin(), delivery.warnings.end());
    if (delivery.recording.threads.empty()) return;
    sample.origin = origin_;
    sample.recording = std::move(delivery.recording);
    sample.regions = summarize(sample.recording);
    if (!options_.timeline) forget_events(sample);
    sample.region_cost = region_cost();
  }

 private:
  RunnerOptions options_;
  std::optional<RegionChannel> channel_;
  std::string problem_;
  std::uint64_t origin_ = 0;
};

}  // namespace

extern const ProgramProbeInfo regions;
const ProgramProbeInfo regions{"regions", "regions and threads of programs linked with hpct::region",
                               [](const RunnerOptions& options) -> std::unique_ptr<ProgramProbe> {
                                 return std::make_unique<Regions>(options);
                               }};

}  // namespace hpct::probes
