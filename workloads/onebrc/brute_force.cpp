// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/brute_force.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <system_error>

#include "workloads/mapped_file.h"

namespace hpct::onebrc {
namespace {

constexpr std::size_t kMostNames = 10'000;
constexpr std::int64_t kMostRows = 4'000'000'000;  // the fast variants count in 32 bits
constexpr std::string_view kFormat = "each line is name;number with one decimal, like Abha;-12.3";
constexpr std::string_view kLineEnds = "take the CR out of it: sed 's/\\r$//' FILE > NEW_FILE";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// -?[0-9]{1,2}.[0-9] in tenths.
std::optional<int> parse_tenths(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  if (point != 1 && point != 2) return std::nullopt;
  if (text.size() != point + 2 || !is_digit(text.back())) return std::nullopt;
  int tenths = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    if (!is_digit(text[i])) return std::nullopt;
    tenths = tenths * 10 + (text[i] - '0');
  }
  return negative ? -tenths : tenths;
}

/// The beginning of what the file has, harmless to print.
std::string printable(std::string_view text) {
  std::string clean(text.substr(0, 40));
  for (char& c : clean)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) c = '?';
  return clean;
}

struct Row {
  std::string_view name;
  int tenths;
};

/// A row, or what is wrong with the line.
tl::expected<Row, std::string> parse_row(std::string_view line) {
  using Wrong = tl::unexpected<std::string>;
  if (line.ends_with('\r')) return Wrong("the line ends in CR LF; only LF is allowed");
  const auto semicolon = line.find(';');
  if (semicolon == std::string_view::npos) return Wrong("no ';' in this line");
  const auto name = line.substr(0, semicolon);
  if (name.empty()) return Wrong("the name is empty");
  if (name.size() > 100)
    return Wrong(fmt::format("the name has {} bytes, at most 100 are allowed", name.size()));
  const auto number = line.substr(semicolon + 1);
  const auto tenths = parse_tenths(number);
  if (!tenths)
    return Wrong(
        fmt::format("\"{}\" is not a number from -99.9 to 99.9 with one decimal", printable(number)));
  return Row{name, *tenths};
}

using Stations = std::map<std::string, Tally, std::less<>>;

tl::expected<void, std::string> add_line(Stations& stations, std::string_view line) {
  const auto row = parse_row(line);
  if (!row) return tl::unexpected(row.error());
  auto found = stations.find(row->name);
  if (found == stations.end()) {
    if (stations.size() == kMostNames)
      return tl::unexpected(fmt::format("more than {} different names", kMostNames));
    found = stations.emplace(row->name, Tally{.name = std::string(row->name)}).first;
  }
  found->second.add(row->tenths);
  return {};
}

/// Lines of a file that may have none: of one longer than any legal one only the beginning, which is not
/// legal either, so that a file of another kind does not fill the memory.
class Lines {
 public:
  explicit Lines(std::istream& in) : in_(in) {}

  bool next(std::string_view& line) {
    in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    const auto got = static_cast<std::size_t>(in_.gcount());
    line = {buffer_.data(), in_.eof() || in_.fail() ? got : got - 1};  // without the newline
    return got != 0;
  }

 private:
  std::istream& in_;
  std::array<char, 512> buffer_{};
};

Expected<Stations> read_stations(std::istream& in, const std::filesystem::path& file, double size,
                                 Progress& progress) {
  Stations stations;
  Lines lines(in);
  std::string_view line;
  double done = 0;
  for (std::int64_t number = 1; lines.next(line); ++number) {
    const auto added = add_line(stations, line);
    if (!added)
      return fail(ErrorCode::bad_file, fmt::format("{}:{}: {}", file.string(), number, added.error()),
                  std::string(line.ends_with('\r') ? kLineEnds : kFormat));
    if (number == kMostRows)
      return fail(ErrorCode::bad_file, file.string() + " has too many rows",
                  "at most 4 billion are supported");
    done += static_cast<double>(line.size() + 1);
    if (number % (1 << 18) != 0) continue;
    if (interrupt_requested())
      return fail(ErrorCode::interrupted, "interrupted while checking " + file.string());
    progress.update("checking the file", done, size);
  }
  return stations;
}

}  // namespace

Expected<Tallies> brute_force(const std::filesystem::path& file, Progress& progress) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    return fail(ErrorCode::io, file.string() + " is a folder", "name a file in it");
  std::ifstream in(file, std::ios::binary);
  if (!in) return system_failure("open", file);
  const auto size = std::filesystem::file_size(file, error);
  const auto stations = read_stations(in, file, static_cast<double>(size), progress);
  if (!stations) return tl::unexpected(stations.error());
  if (in.bad()) return system_failure("read", file);
  if (stations->empty()) return fail(ErrorCode::bad_file, file.string() + " is empty", std::string(kFormat));
  Tallies tallies;
  for (const auto& [name, tally] : *stations) tallies.push_back(tally);
  return tallies;
}

}  // namespace hpct::onebrc
