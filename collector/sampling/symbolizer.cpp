// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/symbolizer.h"

#include <cxxabi.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "collector/sampling/elf_file.h"
#include "collector/sampling/inlined_functions.h"

namespace hpct {
namespace {

namespace fs = std::filesystem;

/// Separate debug information by build-id, then by the name that the file gives. The library's own way
/// would also ask servers on the network.
int find_debug_file(Dwfl_Module* module, void** user, const char* name, Dwarf_Addr base, const char* file,
                    const char* link, GElf_Word checksum, char** found) {
  const int by_id = dwfl_build_id_find_debuginfo(module, user, name, base, file, link, checksum, found);
  if (by_id >= 0 || link == nullptr || file == nullptr) return by_id;
  const auto folder = fs::path(file).parent_path();
  for (const auto& place : {folder / link, folder / ".debug" / link,
                            fs::path("/usr/lib/debug") / folder.relative_path() / link}) {
    if (place == file) continue;
    const int descriptor = ::open(place.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) return descriptor;  // the library checks it against the checksum
  }
  return -1;
}

const Dwfl_Callbacks kOnThisMachine = {.find_elf = dwfl_build_id_find_elf,
                                       .find_debuginfo = find_debug_file,
                                       .section_address = dwfl_offline_section_address,
                                       .debuginfo_path = nullptr};

/// Where a function begins for which there is no symbol: its unwind table knows.
std::optional<Dwarf_Addr> start_by_unwind_table(Dwfl_Module* module, Dwarf_Addr address) {
  Dwarf_Addr bias = 0;
  auto* tables = dwfl_module_eh_cfi(module, &bias);
  Dwarf_Frame* frame = nullptr;
  if (tables == nullptr || dwarf_cfi_addrframe(tables, address - bias, &frame) != 0) return std::nullopt;
  const std::unique_ptr<Dwarf_Frame, void (*)(void*)> owner(frame, std::free);
  Dwarf_Addr start = 0;
  if (dwarf_frame_info(frame, &start, nullptr, nullptr) < 0) return std::nullopt;
  return start + bias;
}

/// Is it one of the jumps through which calls into other libraries go?
bool in_linkage_table(Dwfl_Module* module, Dwarf_Addr address) {
  Dwarf_Addr bias = 0;
  auto* section = dwfl_module_address_section(module, &address, &bias);
  GElf_Shdr header;
  std::size_t names = 0;
  auto* elf = dwfl_module_getelf(module, &bias);
  if (section == nullptr || gelf_getshdr(section, &header) == nullptr || elf == nullptr) return false;
  if (elf_getshdrstrndx(elf, &names) != 0) return false;
  const char* name = elf_strptr(elf, names, header.sh_name);
  return name != nullptr && std::string_view(name).starts_with(".plt");
}

}  // namespace

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(name, nullptr, nullptr, &status),
                                                     std::free);
  return status == 0 && plain ? plain.get() : name;
}

/// One file under libdwfl, at an address of the library's choice.
class Symbolizer::Module {
 public:
  explicit Module(const CodeModule& module) : source_(module), dwfl_(dwfl_begin(&kOnThisMachine), dwfl_end) {
    if (!module.file || !dwfl_) return;
    dwfl_report_begin(dwfl_.get());
    const int file = ::dup(module.file->descriptor());
    module_ = dwfl_report_offline(dwfl_.get(), module.path.c_str(), module.path.c_str(), file);
    if (module_ == nullptr) ::close(file);
    dwfl_report_end(dwfl_.get(), nullptr, nullptr);
    if (module_ != nullptr) dwfl_module_getelf(module_, &bias_);
  }

  CodeSymbol at(std::uint64_t offset, bool with_inlined) {
    CodeSymbol symbol;
    symbol.module = fs::path(source_.path).filename().string();
    symbol.function = fmt::format("[{}+0x{:x}]", symbol.module, offset);
    const auto place = module_ == nullptr ? std::nullopt : virtual_address_of(*source_.file, offset);
    if (!place) return symbol;
    const auto address = *place + bias_;
    GElf_Off distance = 0;
    GElf_Sym found;
    const char* name = dwfl_module_addrinfo(module_, address, &distance, &found, nullptr, nullptr, nullptr);
    // The library also offers the last symbol before the place when that has no size of its own.
    symbol.known = name != nullptr && (found.st_size == 0 || distance < found.st_size);
    symbol.function = symbol.known ? demangled(name) : substitute(address, symbol);
    add_line(address, symbol);
    if (with_inlined) add_inlined(address, symbol);
    return symbol;
  }

 private:
  std::string substitute(Dwarf_Addr address, const CodeSymbol& symbol) const {
    if (in_linkage_table(module_, address)) return fmt::format("[plt of {}]", symbol.module);
    const auto start = start_by_unwind_table(module_, address);
    return start ? fmt::format("[{}+0x{:x}]", symbol.module, *start - bias_) : symbol.function;
  }

  void add_line(Dwarf_Addr address, CodeSymbol& symbol) const {
    auto* line = dwfl_module_getsrc(module_, address);
    const char* file =
        line == nullptr ? nullptr : dwfl_lineinfo(line, nullptr, &symbol.line, nullptr, nullptr, nullptr);
    if (file != nullptr) symbol.file = file;
  }

  /// The line of a place is the one in `function` itself: where it calls the outermost inlined function.
  void add_inlined(Dwarf_Addr address, CodeSymbol& symbol) {
    Dwarf_Addr bias = 0;
    auto* unit = dwfl_module_addrdie(module_, address, &bias);
    if (unit == nullptr) return;
    const auto calls = inlined_.at(unit, address - bias);
    for (const auto& call : calls) symbol.inlined.push_back(call.function);
    if (calls.empty() || calls.front().file.empty()) return;
    symbol.file = calls.front().file;
    symbol.line = calls.front().line;
  }

  const CodeModule& source_;
  std::unique_ptr<Dwfl, void (*)(Dwfl*)> dwfl_;
  Dwfl_Module* module_ = nullptr;
  InlinedFunctions inlined_;
  Dwarf_Addr bias_ = 0;
};

Symbolizer::Symbolizer(const std::vector<CodeModule>& modules) : modules_(modules) {}
Symbolizer::~Symbolizer() = default;

/// Names of the kernel that runs now, where it shows their addresses.
CodeSymbol Symbolizer::kernel_symbol(std::uint64_t offset) {
  if (!std::exchange(kernel_read_, true)) {
    std::ifstream in("/proc/kallsyms");
    for (std::string line; std::getline(in, line);) {
      std::istringstream fields(line);
      std::uint64_t address = 0;
      std::string type, name;
      fields >> std::hex >> address >> type >> name;
      if (address != 0 && (type == "t" || type == "T"))
        kernel_.try_emplace(CodePlace{0, address}.packed(), name);
    }
  }
  CodeSymbol symbol{.function = "[kernel]", .module = "[kernel]", .file = {}, .inlined = {}, .kernel = true};
  auto at = kernel_.upper_bound(CodePlace{0, offset}.packed());
  if (at == kernel_.begin()) return symbol;
  symbol.function = (--at)->second;
  symbol.known = true;
  return symbol;
}

CodeSymbol Symbolizer::at(CodePlace place, bool with_inlined) {
  const auto& module = modules_.at(place.module);
  if (module.path == "[kernel]") return kernel_symbol(place.offset);
  auto& opened = opened_[place.module];
  if (!opened) opened = std::make_unique<Module>(module);
  return opened->at(place.offset, with_inlined);
}

}  // namespace hpct
