// SPDX-License-Identifier: Apache-2.0
#include "collector/energy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <utility>

#include "collector/clock.h"

namespace hpct {
namespace {

namespace fs = std::filesystem;

constexpr double kMicro = 1e-6;

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::uint64_t unsigned_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Availability refused(const fs::path& file) {
  return {false, MissingReason::permission, fmt::format("{} is for root only", file.string()),
          fmt::format("as root: chmod a+r {} (until the next boot)", file.string())};
}

/// Opens one file of a meter; false when it may not be read.
bool add_file(EnergyMeters& energy, const fs::path& file, std::uint64_t wrap) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == EACCES || errno == EPERM) energy.found = refused(file);
    return false;
  }
  energy.meters.emplace_back(descriptor, EnergyMeter::Kind::text, kMicro, wrap);
  return true;
}

/// "package-0", not its parts (core, uncore, dram) and not the whole board (psys).
bool is_package(const fs::path& zone) { return first_line(zone / "name").starts_with("package"); }

EnergyMeters powercap_meters(const fs::path& root) {
  EnergyMeters energy;
  std::error_code unknown;
  for (const auto& entry : fs::directory_iterator(root / "sys/class/powercap", unknown)) {
    if (!is_package(entry.path())) continue;
    const auto wrap = unsigned_in(first_line(entry.path() / "max_energy_range_uj"));
    if (!add_file(energy, entry.path() / "energy_uj", wrap)) return {{}, energy.found};
  }
  if (!energy.meters.empty()) energy.found = {true, {}, "powercap, all packages", ""};
  return energy;
}

/// amd_energy and others: "Esocket0".
EnergyMeters hwmon_meters(const fs::path& root) {
  EnergyMeters energy;
  std::error_code unknown;
  for (const auto& device : fs::directory_iterator(root / "sys/class/hwmon", unknown))
    for (int i = 1; i <= 512; ++i) {
      const auto label = first_line(device.path() / fmt::format("energy{}_label", i));
      if (label.empty()) break;
      if (label.find("socket") == std::string::npos && label.find("package") == std::string::npos) continue;
      if (!add_file(energy, device.path() / fmt::format("energy{}_input", i), 0)) return {{}, energy.found};
    }
  if (!energy.meters.empty()) energy.found = {true, {}, "hwmon, all sockets", ""};
  return energy;
}

/// One event per package, on the CPUs that the kernel names for it.
EnergyMeters perf_meters(const fs::path& root, const char* event) {
  EnergyMeters energy;
  const auto device = root / "sys/bus/event_source/devices/power";
  const auto config = first_line(device / "events" / event);
  const auto scale = first_line(device / "events" / fmt::format("{}.scale", event));
  if (!config.starts_with("event=0x") || scale.empty()) return energy;
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = static_cast<std::uint32_t>(unsigned_in(first_line(device / "type")));
  attributes.config = std::strtoull(config.c_str() + 8, nullptr, 16);
  const auto cpus = first_line(device / "cpumask");
  for (std::size_t at = 0; at < cpus.size(); at = cpus.find_first_of(",", at) == std::string::npos
                                                      ? cpus.size()
                                                      : cpus.find_first_of(",", at) + 1) {
    const auto cpu = static_cast<int>(unsigned_in(std::string_view(cpus).substr(at)));
    const auto descriptor =
        static_cast<int>(::syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC));
    if (descriptor < 0)
      return {
          {},
          {false, errno == EACCES || errno == EPERM ? MissingReason::permission : MissingReason::not_found,
           fmt::format("the kernel refuses power/{}/", event),
           "as root: sysctl kernel.perf_event_paranoid=0 (or give the user CAP_PERFMON)"}};
    energy.meters.emplace_back(descriptor, EnergyMeter::Kind::event, std::strtod(scale.c_str(), nullptr), 0);
  }
  if (!energy.meters.empty()) energy.found = {true, {}, fmt::format("power/{}/, all packages", event), ""};
  return energy;
}

/// Opened before and read around the call: the whole package, whoever made it work.
class EnergySource final : public CounterSource {
 public:
  explicit EnergySource(EnergyMeters energy)
      : energy_(std::move(energy)), before_(energy_.meters.size()), after_(energy_.meters.size()) {}

  void start() noexcept override { look(before_); }
  void stop() noexcept override { look(after_); }

  Readings read() override {
    double joules = 0;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (!before_[i] || !after_[i])
        return {
            {"energy.package", Value::missing("J", MissingReason::not_found, "the meter stopped to answer")}};
      joules += energy_.meters[i].joules_between(*before_[i], *after_[i]);
    }
    auto value = Value::of(joules, "J", Provenance::measured);
    value.detail = energy_.found.detail + ", all that ran on them";
    return {{"energy.package", value}};
  }

 private:
  using Look = std::vector<std::optional<std::uint64_t>>;
  void look(Look& into) noexcept {
    for (std::size_t i = 0; i < into.size(); ++i) into[i] = energy_.meters[i].read();
  }

  EnergyMeters energy_;
  Look before_;
  Look after_;
};

constexpr std::int64_t kProbeNs = 20'000'000;

void work_for(std::int64_t ns) {
  const auto end = clock::monotonic_ns() + ns;
  volatile double sum = 1;
  while (clock::monotonic_ns() < end)
    for (int i = 0; i < 1000; ++i) sum = sum * 1.0000001;
}

}  // namespace

EnergyMeter::~EnergyMeter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

EnergyMeter::EnergyMeter(EnergyMeter&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      kind_(other.kind_),
      joules_per_unit_(other.joules_per_unit_),
      wrap_(other.wrap_) {}

std::optional<std::uint64_t> EnergyMeter::read() const noexcept {
  std::array<char, 32> bytes{};
  if (kind_ == Kind::event) {
    std::uint64_t count = 0;
    if (::read(descriptor_, &count, sizeof count) != sizeof count) return std::nullopt;
    return count;
  }
  const auto got = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
  if (got <= 0) return std::nullopt;
  return unsigned_in({bytes.data(), static_cast<std::size_t>(got)});
}

double EnergyMeter::joules_between(std::uint64_t before, std::uint64_t after) const noexcept {
  const auto units = after >= before ? after - before : after + (wrap_ > before ? wrap_ - before : 0);
  return static_cast<double>(units) * joules_per_unit_;
}

EnergyMeters find_energy_meters(const fs::path& root) {
  EnergyMeters refusal;
  refusal.found = {false, MissingReason::not_found,
                   "no energy meter: no powercap zone, no power event, no hwmon energy",
                   "virtual machines hide it; on bare metal: modprobe intel_rapl_msr (or amd_energy)"};
  const auto accept = [&](EnergyMeters energy) -> std::optional<EnergyMeters> {
    if (energy.found.usable) return energy;
    if (!energy.found.detail.empty()) refusal.found = energy.found;
    return std::nullopt;
  };
  if (auto energy = accept(powercap_meters(root))) return std::move(*energy);
  if (auto energy = accept(perf_meters(root, "energy-pkg"))) return std::move(*energy);
  if (auto energy = accept(hwmon_meters(root))) return std::move(*energy);
  if (auto energy = accept(perf_meters(root, "energy-psys"))) return std::move(*energy);
  return refusal;
}

Availability judge_energy(double joules, double seconds, const std::string& detail) {
  constexpr double kMostWatts = 2000;
  const double watts = joules / seconds;
  if (watts > 0 && watts < kMostWatts) return {true, {}, fmt::format("{} ({:.3g} W now)", detail, watts), ""};
  return {false, MissingReason::phantom,
          watts > 0 ? fmt::format("{} shows {:.3g} W, which no package takes", detail, watts)
                    : fmt::format("{} can be read and stands still while a core works", detail),
          ""};
}

EnergyMeters probe_energy(const fs::path& root) {
  auto energy = find_energy_meters(root);
  if (!energy.found.usable) return energy;
  const auto total = [&](std::vector<std::uint64_t>& readings) {
    for (const auto& meter : energy.meters) readings.push_back(meter.read().value_or(0));
  };
  std::vector<std::uint64_t> before;
  std::vector<std::uint64_t> after;
  total(before);
  const auto begin_ns = clock::monotonic_ns();
  work_for(kProbeNs);
  total(after);
  const double seconds = static_cast<double>(clock::monotonic_ns() - begin_ns) * 1e-9;
  double joules = 0;
  for (std::size_t i = 0; i < before.size(); ++i)
    joules += energy.meters[i].joules_between(before[i], after[i]);
  energy.found = judge_energy(joules, seconds, energy.found.detail);
  return energy;
}

std::unique_ptr<CounterSource> make_energy_source(EnergyMeters energy) {
  return std::make_unique<EnergySource>(std::move(energy));
}

}  // namespace hpct
