// SPDX-License-Identifier: Apache-2.0
#include "analyzer/text_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hpct {
namespace {

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

/// A per cent sign stays with its number.
std::size_t end_of_word(std::string_view text) {
  const auto end = std::min(text.find(' '), text.size());
  if (!text.substr(end).starts_with(" %")) return end;
  return std::min(text.find(' ', end + 1), text.size());
}

}  // namespace

std::string painted(std::string_view text, Style style, const RenderOptions& options) {
  // SGR codes, in the order of Style: bold, faint, green, yellow, red.
  constexpr std::array<std::string_view, 6> kCodes{"", "1", "2", "32", "33", "31"};
  if (!options.colour || style == Style::plain) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", kCodes.at(static_cast<std::size_t>(style)), text);
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string padded_right(std::string text, std::size_t width) {
  const auto used = display_width(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::string padded_left(std::string text, std::size_t width) {
  const auto used = display_width(text);
  if (used < width) text.insert(0, width - used, ' ');
  return text;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width || width == 0) return std::string(text);
  std::size_t bytes = 0;
  for (std::size_t characters = 0; bytes < text.size(); ++bytes)
    if (starts_character(text[bytes]) && characters++ == width - 1) break;
  return std::string(text.substr(0, bytes)) + "…";
}

std::string wrapped(std::string_view text, std::size_t width, std::string_view first,
                    std::string_view indent) {
  std::string out(first);
  std::size_t used = display_width(first);
  bool line_start = true;
  while (!text.empty()) {
    const auto end = end_of_word(text);
    const auto word = text.substr(0, end);
    const auto length = display_width(word);
    if (!line_start && used + 1 + length > width) {
      out += fmt::format("\n{}", indent);
      used = display_width(indent);
      line_start = true;
    }
    if (!line_start) out += ' ';
    out += word;
    used += length + (line_start ? 0 : 1);
    line_start = false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + "\n";
}

}  // namespace hpct
