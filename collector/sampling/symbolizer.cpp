// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/symbolizer.h"

#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <utility>

#include "collector/sampling/elf_file.h"

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

std::string name_of(Dwarf_Die* function) {
  Dwarf_Attribute attribute;
  for (const unsigned linkage : {unsigned{DW_AT_linkage_name}, unsigned{DW_AT_MIPS_linkage_name}})
    if (dwarf_attr_integrate(function, linkage, &attribute) != nullptr)
      if (const char* name = dwarf_formstring(&attribute)) return demangled(name);
  const char* name = dwarf_diename(function);
  return name == nullptr ? "[inlined]" : name;
}

/// Where an inlined call stands in the function around it.
void set_place_of_call(Dwarf_Die* unit, Dwarf_Die* call, CodeSymbol& symbol) {
  Dwarf_Attribute attribute;
  Dwarf_Word line = 0;
  Dwarf_Word file = 0;
  Dwarf_Files* files = nullptr;
  std::size_t count = 0;
  if (dwarf_formudata(dwarf_attr(call, DW_AT_call_line, &attribute), &line) != 0) return;
  if (dwarf_formudata(dwarf_attr(call, DW_AT_call_file, &attribute), &file) != 0) return;
  if (dwarf_getsrcfiles(unit, &files, &count) != 0) return;
  if (const char* name = dwarf_filesrc(files, file, nullptr, nullptr)) symbol.file = name;
  symbol.line = static_cast<int>(line);
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

  CodeSymbol at(std::uint64_t offset, bool with_inlined) const {
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
    if (symbol.known) symbol.function = demangled(name);
    add_line(address, symbol);
    if (with_inlined) add_inlined(address, symbol);
    return symbol;
  }

 private:
  void add_line(Dwarf_Addr address, CodeSymbol& symbol) const {
    auto* line = dwfl_module_getsrc(module_, address);
    const char* file =
        line == nullptr ? nullptr : dwfl_lineinfo(line, nullptr, &symbol.line, nullptr, nullptr, nullptr);
    if (file != nullptr) symbol.file = file;
  }

  void add_inlined(Dwarf_Addr address, CodeSymbol& symbol) const {
    Dwarf_Addr bias = 0;
    auto* unit = dwfl_module_addrdie(module_, address, &bias);
    if (unit == nullptr) return;
    Dwarf_Die* scopes = nullptr;
    const int count = dwarf_getscopes(unit, address - bias, &scopes);
    if (count <= 0) return;
    const std::unique_ptr<Dwarf_Die, void (*)(void*)> owner(scopes, std::free);
    Dwarf_Die* outermost = nullptr;
    for (auto& scope : std::span(scopes, static_cast<std::size_t>(count))) {
      if (dwarf_tag(&scope) == DW_TAG_subprogram) break;
      if (dwarf_tag(&scope) != DW_TAG_inlined_subroutine) continue;
      symbol.inlined.insert(symbol.inlined.begin(), name_of(&scope));
      outermost = &scope;
    }
    if (outermost != nullptr) set_place_of_call(unit, outermost, symbol);
  }

  const CodeModule& source_;
  std::unique_ptr<Dwfl, void (*)(Dwfl*)> dwfl_;
  Dwfl_Module* module_ = nullptr;
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
