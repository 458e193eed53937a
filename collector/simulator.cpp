// SPDX-License-Identifier: Apache-2.0
#include "collector/simulator.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hpct/isa.h>
#include <link.h>
#include <spawn.h>
#include <sys/personality.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <span>

#include "collector/subprocess.h"

namespace hpct {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInstall = "on Debian or Ubuntu: apt-get install valgrind";

/// The C library picks its string functions by the CPU and sizes copies by its caches. Both move the count of
/// a program that was not changed, so both are told what to assume.
#if defined(__x86_64__)
constexpr const char* kTunables =
    "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX2,-AVX,-BMI1,-BMI2,-LZCNT,-MOVBE,"
    "-POPCNT,-ERMS,-FSRM,-RTM:glibc.cpu.x86_data_cache_size=32768:glibc.cpu.x86_shared_cache_size=1048576:"
    "glibc.cpu.x86_non_temporal_threshold=786432";
#else
constexpr const char* kTunables = "GLIBC_TUNABLES=glibc.cpu.name=generic";
#endif

/// The stack begins below the environment: another length of it is another alignment of everything on the
/// stack, which moved the count of a hashing loop by 0.03 %.
constexpr std::size_t kEnvironmentBytes = 8192;

constexpr const char* kPadding = "HPCT_PADDING=";

fs::path find_in_path(const char* program) {
  const char* const path = std::getenv("PATH");
  const std::string list = path != nullptr ? path : "/usr/bin:/bin";
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(':', begin), list.size());
    const auto candidate = fs::path(list.substr(begin, end - begin)) / program;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    begin = end + 1;
  }
  return {};
}

std::size_t bytes_of(const std::vector<std::string>& variables) {
  std::size_t bytes = 0;
  for (const auto& variable : variables) bytes += variable.size() + 1;
  return bytes;
}

/// The build id of the C library that is mapped here: it has the string functions that are counted.
int find_library_id(dl_phdr_info* object, std::size_t, void* found) {
  if (std::strstr(object->dlpi_name, "libc.so") == nullptr) return 0;
  for (const auto& header : std::span(object->dlpi_phdr, object->dlpi_phnum)) {
    if (header.p_type != PT_NOTE) continue;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(object->dlpi_addr + header.p_vaddr);
    for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= header.p_memsz;) {
      ElfW(Nhdr) note{};
      std::memcpy(&note, bytes + at, sizeof note);
      const auto name_end = at + sizeof note + ((note.n_namesz + 3U) & ~3U);
      if (note.n_type == NT_GNU_BUILD_ID)
        for (const auto byte : std::span(bytes + name_end, note.n_descsz))
          static_cast<std::string*>(found)->append(fmt::format("{:02x}", byte));
      at = name_end + ((note.n_descsz + 3U) & ~3U);
    }
  }
  return 1;
}

std::string c_library_id() {
  std::string id;
  dl_iterate_phdr(find_library_id, &id);
  return id;
}

std::string architecture() {
  utsname system{};
  uname(&system);
  return system.machine;
}

/// FNV-1a.
std::string hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

std::vector<std::string> pinned_options() {
  // No cache is simulated; the sizes are given so that none is asked of the real CPU.
  return {"--tool=callgrind", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=1048576,16,64", "--fair-sched=no"};
}

/// While it lives, programs started from here get their addresses in the same places each time. Inside some
/// containers that is forbidden; the simulator's own memory layout is then all that keeps them in place.
class FixedAddresses {
 public:
  FixedAddresses() : before_(::personality(0xffffffff)) {
    if (before_ >= 0) ::personality(static_cast<unsigned long>(before_) | ADDR_NO_RANDOMIZE);
  }
  ~FixedAddresses() {
    if (before_ >= 0) ::personality(static_cast<unsigned long>(before_));
  }
  FixedAddresses(const FixedAddresses&) = delete;
  FixedAddresses& operator=(const FixedAddresses&) = delete;

 private:
  int before_;
};

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Starts it in `folder`, silent. The error number of posix_spawn.
int spawn_silent(const std::vector<std::string>& command, const std::vector<std::string>& variables,
                 const fs::path& folder, pid_t& child) {
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  sigset_t defaults{};
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGXFSZ);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const FixedAddresses fixed;
  const auto arguments = pointers_to(command);
  const auto environment = pointers_to(variables);
  const int error =
      ::posix_spawn(&child, arguments[0], &actions, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

Expected<Simulator> find_simulator() {
  const auto path = find_in_path("valgrind");
  if (path.empty()) return fail(ErrorCode::not_supported, "valgrind is not installed", kInstall);
  auto version = output_of({path.string(), "--version"}).value_or("");
  while (!version.empty() && version.back() == '\n') version.pop_back();
  if (!version.starts_with("valgrind-"))
    return fail(ErrorCode::not_supported, fmt::format("{} does not run", path.string()), kInstall);
  return Simulator{path.string(), version};
}

Availability simulator_availability() {
  const auto simulator = find_simulator();
  if (!simulator) return {false, MissingReason::not_found, simulator.error().message, simulator.error().hint};
  return {
      .usable = true, .detail = fmt::format("{} ({})", simulator->version, simulator->path), .remedy = {}};
}

PinnedEnvironment pin_environment(const Simulator& simulator, const std::vector<std::string>& own_variables) {
  PinnedEnvironment pinned;
  pinned.options = pinned_options();
  pinned.variables = {"LC_ALL=C", "LD_BIND_NOW=1", "OMP_WAIT_POLICY=passive", kTunables};
  pinned.variables.insert(pinned.variables.end(), own_variables.begin(), own_variables.end());
  pinned.hash =
      hash_of(fmt::format("{}|{}|{}|{}|{}|{}", simulator.version, architecture(), simulated_isa(),
                          c_library_id(), fmt::join(pinned.options, " "), fmt::join(pinned.variables, " ")));
  // What says where things are, but not what they are: it must be there, and the same length.
  for (const char* name : {"PATH", "HOME", "LD_LIBRARY_PATH"}) {
    const char* const value = std::getenv(name);
    pinned.variables.push_back(fmt::format("{}={}", name, value != nullptr ? value : ""));
  }
  const auto bytes = bytes_of(pinned.variables) + std::strlen(kPadding) + 1;
  const auto wanted = (bytes + kEnvironmentBytes - 1) / kEnvironmentBytes * kEnvironmentBytes;
  pinned.variables.push_back(kPadding + std::string(wanted - bytes, '.'));
  return pinned;
}

Expected<EndedProcess> execute_simulated(const Simulator& simulator, const PinnedEnvironment& environment,
                                         const SimulatedExecution& execution) {
  std::vector<std::string> command{simulator.path};
  command.insert(command.end(), environment.options.begin(), environment.options.end());
  command.insert(command.end(), execution.options.begin(), execution.options.end());
  command.insert(command.end(), execution.command.begin(), execution.command.end());
  pid_t child = 0;
  const int error = spawn_silent(command, environment.variables, execution.folder, child);
  if (error != 0)
    return fail(ErrorCode::io, fmt::format("cannot start {}: {}", simulator.path, std::strerror(error)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return EndedProcess{child, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status)};
}

std::string simulated_isa() {
  for (const Isa isa : {Isa::neon, Isa::avx2})
    if (cpu_supports(isa)) return std::string(name_of(isa));
  return std::string(name_of(Isa::baseline));
}

}  // namespace hpct
