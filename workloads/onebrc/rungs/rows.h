// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/progress.h>

#include <string_view>

#include "workloads/onebrc/tally.h"

// What the rungs between getline and the own hash table share: cutting a mapped text into rows.
namespace hpct::onebrc {

/// Calls piece(text) for parts of about `bytes`, whole lines all; not for the rest after an interrupt.
template <class Piece>
void for_each_piece(std::string_view text, Piece piece, std::size_t bytes = std::size_t{8} << 20) {
  while (!text.empty() && !interrupt_requested()) {
    const auto newline = text.find('\n', bytes);
    const auto part = text.substr(0, newline == text.npos ? newline : newline + 1);
    piece(part);
    text.remove_prefix(part.size());
  }
}

/// Calls row(name, number) for every line of a piece.
template <class Row>
void for_each_row_of(std::string_view text, Row row) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));  // find is memchr
    const auto semicolon = line.find(';');
    row(line.substr(0, semicolon), semicolon == line.npos ? std::string_view() : line.substr(semicolon + 1));
    text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
  }
}

/// Calls row(name, number) for every line.
template <class Row>
void for_each_row(std::string_view text, Row row) {
  for_each_piece(text, [&](std::string_view piece) { for_each_row_of(piece, row); });
}

/// The names of a map of tallies go into the tallies, in the order of their bytes.
template <class Stations>
Tallies tallies_of(Stations&& stations) {
  Tallies tallies;
  for (auto& [name, tally] : stations) {
    tallies.push_back(tally);
    tallies.back().name = name;
  }
  make_sorted_and_unique(tallies);
  return tallies;
}

}  // namespace hpct::onebrc
