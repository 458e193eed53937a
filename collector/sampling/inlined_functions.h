// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hpct {

/// A function that was inlined at a place, and where the call of it stands.
struct InlinedCall {
  std::string function;
  std::string file;  ///< of the call
  int line = 0;
};

/// Finds inlined functions in the debug information of one module. Every compilation unit is read once.
class InlinedFunctions {
 public:
  /// Outermost first; `address` as the debug information counts. Empty where nothing is inlined.
  std::vector<InlinedCall> at(Dwarf_Die* unit, Dwarf_Addr address);

 private:
  struct Body {
    Dwarf_Addr end = 0;
    Dwarf_Die function{};
  };
  using Bodies = std::map<Dwarf_Addr, Body>;  // by their first address
  const Bodies& bodies_of(Dwarf_Die* unit);
  static void collect(Dwarf_Die* parent, Bodies& bodies);
  std::map<Dwarf_Off, Bodies> units_;
};

}  // namespace hpct
