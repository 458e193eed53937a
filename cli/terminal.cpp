// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "analyzer/text_layout.h"
#include "collector/clock.h"
#include "reports/unit.h"

namespace hpct {
namespace {

constexpr int kBarCells = 30;
constexpr std::int64_t kRedrawNs = 50'000'000;

int terminal_width(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const int asked = columns == nullptr ? 0 : std::atoi(columns);
  return asked > 0 ? asked : 80;
}

bool colour_wanted(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
  return isatty(fd) != 0 && !dumb && (no_colour == nullptr || *no_colour == '\0');
}

/// Where the words of "  name    words" begin; of a line without columns, its indentation.
std::size_t hanging_indent(std::string_view line) {
  const auto start = line.find_first_not_of(' ');
  const auto gap = line.find("  ", start);
  const auto words = gap == std::string_view::npos ? gap : line.find_first_not_of(' ', gap);
  constexpr std::size_t kWidestColumn = 30;
  return words < kWidestColumn ? words : start;
}

}  // namespace

std::string fitted(const std::string& text, int width) {
  const auto columns = static_cast<std::size_t>(width);
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    const auto indent = display_width(line) <= columns ? 0 : hanging_indent(line);
    out += display_width(line) <= columns
               ? line + "\n"
               : wrapped(line.substr(indent), columns, line.substr(0, indent), std::string(indent, ' '));
  }
  return out;
}

Expected<void> print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written || errno == EPIPE) return {};  // a reader like head may leave early
  return fail(ErrorCode::io, fmt::format("cannot write the output: {}", std::strerror(errno)));
}

RenderOptions render_options() {
  return {.width = std::clamp(terminal_width(STDOUT_FILENO), 60, 200),
          .colour = colour_wanted(STDOUT_FILENO)};
}

LiveLine::LiveLine(bool quiet) : terminal_(isatty(STDERR_FILENO) != 0), quiet_(quiet) {}

LiveLine::~LiveLine() { clear(); }

void LiveLine::update(std::string_view what, double done, double total) {
  const double share = total > 0 ? std::clamp(done / total, 0.0, 1.0) : 0;
  if (!terminal_ && milestone_ != what) {
    milestone_ = what;
    if (!quiet_) fmt::print(stderr, "{} ...\n", what);
  }
  const auto now = clock::monotonic_ns();
  if (share < 1 && now - last_ns_ < kRedrawNs) return;
  last_ns_ = now;
  const auto filled = static_cast<std::size_t>(share * kBarCells);
  draw(fmt::format("{:<22} [{:<{}}] {:3.0f} %", what, std::string(filled, '#'), kBarCells, share * 100));
}

void LiveLine::measured(const RunnerStatus& status) {
  const auto spread = status.spread > 0 ? fmt::format(" +-{:.1f} %", status.spread * 100) : std::string();
  draw(fmt::format("measuring  {}  repetition {}  median {}{}  ({:.0f} s)", status.variant, status.repetition,
                   format_quantity(status.median_s, "s"), spread, status.elapsed_s));
}

void LiveLine::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  drawn_ = false;
}

void LiveLine::draw(const std::string& text) {
  if (!terminal_ || quiet_) return;
  const auto width = static_cast<std::size_t>(terminal_width(STDERR_FILENO) - 1);
  fmt::print(stderr, "\r\033[K{}", text.substr(0, width));
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace hpct
