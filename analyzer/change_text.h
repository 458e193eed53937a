// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/comparison.h"

namespace hpct {

/// "11.2 % slower (time +9.1 .. +13.0 %)": the change of a compared row in words; how times of equal
/// size read is "as fast as before". Empty when the row has no ratio.
std::string change_text(const ComparedRow& row);

}  // namespace hpct
