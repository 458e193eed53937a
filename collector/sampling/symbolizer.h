// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "collector/sampling/stack_profile.h"

namespace hpct {

/// What the source code calls a place.
struct CodeSymbol {
  std::string function;  ///< demangled; "[app+0x1234]" where nothing is known
  std::string module;    ///< file name without its folder
  std::string file;      ///< where in `function` it is; empty without debug information
  int line = 0;
  std::vector<std::string> inlined;  ///< functions inlined there, outermost first
  bool kernel = false;
  bool known = false;  ///< a symbol was found
};

/// Names places by the symbol tables and debug information of their modules: those in the file itself, or in
/// a file of the same build-id or debug link in the usual places of this machine. Asks no network.
class Symbolizer {
 public:
  explicit Symbolizer(const std::vector<CodeModule>& modules);
  ~Symbolizer();
  Symbolizer(const Symbolizer&) = delete;
  Symbolizer& operator=(const Symbolizer&) = delete;

  /// `with_inlined`: also look for inlined functions, which reads much more of the debug information.
  CodeSymbol at(CodePlace place, bool with_inlined);

 private:
  class Module;
  const std::vector<CodeModule>& modules_;
  std::map<std::uint32_t, std::unique_ptr<Module>> opened_;
  std::map<std::uint64_t, std::string> kernel_;
  bool kernel_read_ = false;
  CodeSymbol kernel_symbol(std::uint64_t offset);
};

/// The name as the programmer wrote it, when the compiler has mangled it.
std::string demangled(const char* name);

}  // namespace hpct
