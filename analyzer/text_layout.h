// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/render.h"

namespace hpct {

enum class Style { plain, strong, faint, good, doubt, bad };

/// `text` in its style when the output wants colour, else as it is.
std::string painted(std::string_view text, Style style, const RenderOptions& options);

/// Characters on the screen: UTF-8 code points. Good for what we print (no wide or combining ones).
std::size_t display_width(std::string_view text);

/// Fills up with blanks on the right or on the left.
std::string padded_right(std::string text, std::size_t width);
std::string padded_left(std::string text, std::size_t width);

/// At most `width` characters, the last one an ellipsis when something was cut.
std::string shortened(std::string_view text, std::size_t width);

/// Lines of at most `width` characters, broken at blanks, each with `indent` in front and a
/// newline at the end; the first line starts with `first` instead.
std::string wrapped(std::string_view text, std::size_t width, std::string_view first,
                    std::string_view indent);

}  // namespace hpct
