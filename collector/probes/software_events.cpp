// SPDX-License-Identifier: Apache-2.0
// The software-defined events (PAPI SDE) of the user's program, read in it by collector/sde_reader.cpp.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "collector/program_probe.h"

namespace hpct::probes {
namespace {

namespace fs = std::filesystem;

/// Beside the program in the build folder, or where it was installed.
std::string reader_library() {
  std::error_code error;
  const auto folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const auto* place : {"../collector", "../" HPCT_LIBRARY_FOLDER}) {
    const auto file = folder / place / "libhpct_sde_reader.so";
    if (fs::exists(file, error)) return fs::canonical(file, error).string();
  }
  return {};
}

/// What execvp would start.
std::string file_of(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (const auto file = folder + "/" + program; ::access(file.c_str(), X_OK) == 0) return file;
  return {};
}

/// A program that needs libsde names it in its table of strings. One with the address sanitizer refuses to
/// start when another library comes before it, so it is left alone.
bool has_readable_events(const std::string& program) {
  std::ifstream in(file_of(program), std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  return content.find("libsde.so") != std::string::npos && content.find("libasan.so") == std::string::npos;
}

/// The same for all repetitions; a program may be large.
bool looked_once(const std::string& program) {
  static std::map<std::string, bool> known;
  const auto at = known.find(program);
  return at != known.end() ? at->second : known.emplace(program, has_readable_events(program)).first->second;
}

class SoftwareEvents final : public ProgramProbe {
 public:
  explicit SoftwareEvents(bool insist) : insist_(insist) {}
  ~SoftwareEvents() override {
    if (file_ >= 0) ::close(file_);
  }
  SoftwareEvents(const SoftwareEvents&) = delete;
  SoftwareEvents& operator=(const SoftwareEvents&) = delete;

  void prepare(ChildEnvironment& environment) override {
    const auto library = reader_library();
    file_ = library.empty() ? -1 : ::memfd_create("hpct-sde", MFD_CLOEXEC);
    if (file_ < 0) return;
    const char* others = std::getenv("LD_PRELOAD");
    environment.push_back(fmt::format("LD_PRELOAD={}{}{}", library, others != nullptr ? ":" : "",
                                      others != nullptr ? others : ""));
    environment.push_back(fmt::format("HPCT_SDE_FILE=/proc/{}/fd/{}", ::getpid(), file_));
  }
  void attach(pid_t) override {}
  void ended(pid_t) override {}

  void collect(Sample& sample) override {
    if (file_ < 0) {
      sample.warnings.emplace_back(
          "software-defined events were not read: libhpct_sde_reader.so is not installed");
      return;
    }
    const auto sums = read_sums();
    for (const auto& [name, sum] : sums) {
      auto value = Value::of(sum, "1", Provenance::counted);
      value.detail = "the program's own event, read at its end";
      sample.readings.emplace_back("sde." + name, std::move(value));
    }
    if (insist_ && sums.empty())
      sample.warnings.emplace_back(
          "the program ended without software-defined events: none are registered with a shared libsde, or "
          "it "
          "did not end by itself");
  }

 private:
  /// "name value" per line, from every process that ended: their sums.
  [[nodiscard]] std::map<std::string, double> read_sums() const {
    std::ifstream in(fmt::format("/proc/self/fd/{}", file_));
    std::map<std::string, double> sums;
    double value = 0;
    for (std::string name; in >> name >> value;) sums[name] += value;
    return sums;
  }

  bool insist_;
  int file_ = -1;
};

std::unique_ptr<ProgramProbe> make(const RunnerOptions& options) {
  if (!options.software_events && !looked_once(options.program)) return nullptr;
  return std::make_unique<SoftwareEvents>(options.software_events);
}

}  // namespace

extern const ProgramProbeInfo software_events;
const ProgramProbeInfo software_events{"software_events", "software-defined events (PAPI SDE) of the program",
                                       make};

}  // namespace hpct::probes
