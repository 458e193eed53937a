// SPDX-License-Identifier: Apache-2.0
#include "collector/machine.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <hpct/isa.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <memory>

#include "collector/arm_core.h"
#include "collector/cgroup_limits.h"
#include "collector/clock.h"
#include "collector/counter_source.h"
#include "collector/subprocess.h"
#include "collector/topology.h"

namespace hpct {
namespace {

namespace fs = std::filesystem;

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(" \t\n\"");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n\"") - first + 1);
}

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return trimmed(line);
}

/// The value of the first "key<separator>value" line, or "".
std::string lookup(const fs::path& file, std::string_view key, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto at = line.find(separator);
    if (at != std::string::npos && trimmed(line.substr(0, at)) == key) return trimmed(line.substr(at + 1));
  }
  return {};
}

std::optional<std::int64_t> integer_in(const std::string& text) {
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

/// "always [madvise] never" -> "madvise"
std::string chosen(const std::string& choices) {
  const auto open = choices.find('[');
  const auto close = choices.find(']');
  return open == std::string::npos || close == std::string::npos ? choices
                                                                 : choices.substr(open + 1, close - open - 1);
}

/// A cpu_set_t holds 1024; the kernel refuses a set smaller than its own.
int usable_hardware_threads() {
  for (int size = CPU_SETSIZE; size <= (1 << 20); size *= 2) {
    const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> allowed(CPU_ALLOC(size),
                                                                   [](cpu_set_t* set) { CPU_FREE(set); });
    if (!allowed) break;
    if (sched_getaffinity(0, CPU_ALLOC_SIZE(size), allowed.get()) == 0)
      return CPU_COUNT_S(CPU_ALLOC_SIZE(size), allowed.get());
    if (errno != EINVAL) break;
  }
  return 1;  // we run, so on one at least
}

/// Each kernel has words of its own for the CPU. Empty: none that we know.
std::string_view architecture_in(const fs::path& cpuinfo) {
  if (!lookup(cpuinfo, "CPU implementer", ':').empty()) return "aarch64";
  return lookup(cpuinfo, "vendor_id", ':').empty() ? "" : "x86_64";
}

/// Model, vendor and microcode.
void name_cpu(const fs::path& cpuinfo, std::string_view architecture, Cpu& cpu) {
  const auto named = architecture_in(cpuinfo);
  if (!architecture.empty() && !named.empty() && named != architecture) {  // qemu-user shows its host's
    cpu.model = fmt::format("emulated {} CPU", architecture);
    return;
  }
  cpu.model = lookup(cpuinfo, "model name", ':');
  cpu.vendor = lookup(cpuinfo, "vendor_id", ':');
  if (cpu.vendor.empty()) cpu.vendor = lookup(cpuinfo, "CPU implementer", ':');
  const auto part = lookup(cpuinfo, "CPU part", ':');  // all that arm64 says
  if (cpu.model.empty() && !part.empty()) cpu.model = arm_core_name(cpu.vendor, part);
  cpu.microcode = lookup(cpuinfo, "microcode", ':');
}

Cpu describe_cpu(const fs::path& root, std::string_view architecture) {
  Cpu cpu;
  name_cpu(root / "proc/cpuinfo", architecture, cpu);
  utsname system{};
  uname(&system);
  cpu.architecture = system.machine;
  for (const Isa isa : {Isa::baseline, Isa::avx2, Isa::avx512, Isa::avx512_bf16, Isa::avx512_fp16,
                        Isa::avx512_vnni, Isa::amx, Isa::neon, Isa::neon_dotprod})
    if (cpu_supports(isa)) cpu.isa.emplace_back(name_of(isa));
  cpu.usable = usable_hardware_threads();
  return cpu;
}

std::string describe_turbo(const fs::path& root) {
  const auto no_turbo = first_line(root / "sys/devices/system/cpu/intel_pstate/no_turbo");
  if (!no_turbo.empty()) return no_turbo == "0" ? "on" : "off";
  const auto boost = first_line(root / "sys/devices/system/cpu/cpufreq/boost");
  if (!boost.empty()) return boost == "1" ? "on" : "off";
  return {};
}

/// Firmware names the product of the hypervisor; the CPU flag (x86) only says that there is one, and
/// arm64 has no such flag, so there the firmware's vendor must tell.
std::string describe_hypervisor(const fs::path& root) {
  const auto flags = " " + lookup(root / "proc/cpuinfo", "flags", ':') + " ";
  const auto product = first_line(root / "sys/class/dmi/id/product_name");
  const auto vendor = first_line(root / "sys/class/dmi/id/sys_vendor");
  const auto type = first_line(root / "sys/hypervisor/type");
  const bool virtual_vendor = vendor == "QEMU" || vendor.starts_with("VMware") ||
                              (vendor == "Amazon EC2" && product.find("metal") == std::string::npos);
  if (flags.find(" hypervisor ") == std::string::npos && !virtual_vendor) return type;
  if (!product.empty()) return product;
  return type.empty() ? "virtual machine" : type;
}

bool counts_instructions(const CounterSourceInfo& source) {
  const auto counters = source.counters();
  return std::any_of(counters.begin(), counters.end(),
                     [](const CounterInfo& counter) { return counter.name == "instructions"; });
}

/// Why hardware counters do not work here, in words; empty when they do. The last source to be asked is
/// nearest to the kernel.
std::string describe_pmu() {
  std::string why = "this build has no hardware counter source";
  for (const auto* source : all_counter_sources()) {
    if (!counts_instructions(*source)) continue;
    const auto availability = source->probe();
    if (availability.usable) return {};
    why = availability.detail;
  }
  return why;
}

/// FNV-1a over the facts that make times comparable. No frequency: it wobbles from boot to boot.
std::string fingerprint_of(const Machine& machine) {
  const auto facts =
      fmt::format("{}|{}|{}|{}|{}|{}", machine.cpu.model, machine.cpu.architecture, machine.cpu.usable,
                  machine.cpu.cores, machine.hypervisor, fmt::join(machine.cpu.isa, ","));
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : facts) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

}  // namespace

Machine describe_machine(const fs::path& root, std::string_view architecture) {
  Machine machine;
  std::array<char, 256> hostname{};
  gethostname(hostname.data(), hostname.size() - 1);
  machine.hostname = hostname.data();
  machine.cpu = describe_cpu(root, architecture);
  describe_topology(machine);
  machine.memory_bytes = integer_in(lookup(root / "proc/meminfo", "MemTotal", ':')).value_or(0) * 1024;
  machine.os = lookup(root / "etc/os-release", "PRETTY_NAME", '=');
  machine.kernel = first_line(root / "proc/sys/kernel/osrelease");
  machine.governor = first_line(root / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  machine.turbo = describe_turbo(root);
  machine.hypervisor = describe_hypervisor(root);
  machine.transparent_huge_pages = chosen(first_line(root / "sys/kernel/mm/transparent_hugepage/enabled"));
  clock::calibrate();
  machine.clock = clock::description();
  if (const auto level = integer_in(first_line(root / "proc/sys/kernel/perf_event_paranoid")))
    machine.perf_event_paranoid = static_cast<int>(*level);
  machine.pmu = describe_pmu();
  machine.limits = cgroup_limits(root);
  machine.fingerprint = fingerprint_of(machine);
  return machine;
}

SourceTree describe_source(const fs::path& directory) {
  SourceTree source;
  source.directory = directory.string();
  const auto commit = output_of({"git", "-C", directory.string(), "rev-parse", "HEAD"});
  if (!commit) return source;
  source.commit = trimmed(*commit);
  // Untracked files are left out: our own reports would make every second run look changed.
  const auto changes = output_of({"git", "--no-optional-locks", "-C", directory.string(), "status",
                                  "--porcelain", "--untracked-files=no"});
  source.dirty = changes && !changes->empty();
  return source;
}

}  // namespace hpct
