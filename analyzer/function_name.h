// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hpct {

/// A demangled C++ function for a table: without template arguments, parameters and return type.
/// "void fill<int>(std::vector<int>&, int) [clone .cold]" -> "fill". Names of other languages stay.
std::string short_function_name(std::string_view name);

}  // namespace hpct
