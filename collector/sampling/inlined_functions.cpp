// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/inlined_functions.h"

#include <dwarf.h>

#include "collector/sampling/symbolizer.h"

namespace hpct {
namespace {

constexpr int kDeepestNesting = 100;

std::string name_of(Dwarf_Die* function) {
  Dwarf_Attribute attribute;
  for (const unsigned linkage : {unsigned{DW_AT_linkage_name}, unsigned{DW_AT_MIPS_linkage_name}})
    if (dwarf_attr_integrate(function, linkage, &attribute) != nullptr)
      if (const char* name = dwarf_formstring(&attribute)) return demangled(name);
  const char* name = dwarf_diename(function);
  return name == nullptr ? "[inlined]" : name;
}

InlinedCall call_of(Dwarf_Die* unit, Dwarf_Die* inlined) {
  InlinedCall call{.function = name_of(inlined), .file = {}};
  Dwarf_Attribute attribute;
  Dwarf_Word line = 0;
  Dwarf_Word file = 0;
  Dwarf_Files* files = nullptr;
  std::size_t count = 0;
  if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) != 0) return call;
  if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) != 0) return call;
  if (dwarf_getsrcfiles(unit, &files, &count) != 0) return call;
  if (const char* name = dwarf_filesrc(files, file, nullptr, nullptr)) call.file = name;
  call.line = static_cast<int>(line);
  return call;
}

/// The child whose code contains `address`: a block, or an inlined function.
bool child_at(Dwarf_Die* parent, Dwarf_Addr address, Dwarf_Die* found) {
  if (dwarf_child(parent, found) != 0) return false;
  do {
    const int tag = dwarf_tag(found);
    if ((tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block) && dwarf_haspc(found, address) == 1)
      return true;
  } while (dwarf_siblingof(found, found) == 0);
  return false;
}

}  // namespace

/// Functions with code, in namespaces and classes too.
void InlinedFunctions::collect(Dwarf_Die* parent, Bodies& bodies) {
  Dwarf_Die child;
  if (dwarf_child(parent, &child) != 0) return;
  do {
    switch (dwarf_tag(&child)) {
      case DW_TAG_subprogram: {
        Dwarf_Addr base = 0;
        Dwarf_Addr begin = 0;
        Dwarf_Addr end = 0;
        for (std::ptrdiff_t next = 0; (next = dwarf_ranges(&child, next, &base, &begin, &end)) > 0;)
          bodies[begin] = {end, child};
        break;
      }
      case DW_TAG_namespace:
      case DW_TAG_class_type:
      case DW_TAG_structure_type:
        collect(&child, bodies);
        break;
      default:
        break;
    }
  } while (dwarf_siblingof(&child, &child) == 0);
}

const InlinedFunctions::Bodies& InlinedFunctions::bodies_of(Dwarf_Die* unit) {
  const auto [at, added] = units_.try_emplace(dwarf_dieoffset(unit));
  if (added) collect(unit, at->second);
  return at->second;
}

std::vector<InlinedCall> InlinedFunctions::at(Dwarf_Die* unit, Dwarf_Addr address) {
  std::vector<InlinedCall> calls;
  const auto& bodies = bodies_of(unit);
  auto body = bodies.upper_bound(address);
  if (body == bodies.begin() || address >= (--body)->second.end) return calls;
  auto scope = body->second.function;
  Dwarf_Die child;
  for (int depth = 0; depth < kDeepestNesting && child_at(&scope, address, &child); ++depth) {
    if (dwarf_tag(&child) == DW_TAG_inlined_subroutine) calls.push_back(call_of(unit, &child));
    scope = child;
  }
  return calls;
}

}  // namespace hpct
