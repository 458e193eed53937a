// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/cached_data.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <thread>

#include "workloads/mapped_file.h"

namespace hpct::onebrc {
namespace {

/// Raise it when the generator makes other bytes from the same data set.
constexpr int kGeneratorVersion = 1;

std::string header(std::uint64_t bytes, std::int64_t rows) {
  return fmt::format("hpct-1brc-expected {} {} {}", kGeneratorVersion, bytes, rows);
}

Expected<void> write_expected(const std::filesystem::path& file, const Generated& content) {
  const auto temporary = fmt::format("{}.{}.tmp", file.string(), ::getpid());
  std::ofstream out(temporary, std::ios::binary);
  out << header(content.bytes, count_rows(content.tallies)) << '\n';
  for (const auto& t : content.tallies)
    out << fmt::format("{}\t{}\t{}\t{}\t{}\n", t.count, t.sum, t.min, t.max, t.name);
  out.close();
  if (out && std::rename(temporary.c_str(), file.c_str()) == 0) return {};
  auto failure = system_failure("write", file);
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
  return failure;
}

/// Empty unless the data file is there in full and the facts about it are complete.
Generated read_expected(const CachedData& data, std::int64_t rows) {
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(data.file, missing);
  std::ifstream in(data.expected, std::ios::binary);
  std::string line;
  if (missing || !std::getline(in, line) || line != header(bytes, rows)) return {};
  Generated content{bytes, {}};
  Tally tally;
  while (in >> tally.count >> tally.sum >> tally.min >> tally.max && in.get() == '\t' &&
         std::getline(in, tally.name))
    content.tallies.push_back(tally);
  return count_rows(content.tallies) == rows ? content : Generated{};
}

Expected<void> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return {};
  return fail(ErrorCode::io, fmt::format("cannot create {}: {}", folder.string(), error.message()),
              "choose a cache folder you may write to");
}

}  // namespace

Expected<CachedData> cached_data(const DataSet& data, const std::filesystem::path& cache,
                                 Progress& progress) {
  const auto stem = fmt::format("1brc-{}-{}-{}", data.stations, data.rows, data.seed);
  CachedData cached{cache / (stem + ".txt"), cache / (stem + ".expected"), {}};
  cached.content = read_expected(cached, data.rows);
  if (cached.content.bytes != 0) return cached;

  if (auto made = make_folder(cache); !made) return tl::unexpected(made.error());
  remove_leftovers(cache);
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  auto generated = generate(data, cached.file, threads, progress);
  if (!generated) return tl::unexpected(generated.error());
  if (auto written = write_expected(cached.expected, *generated); !written)
    return tl::unexpected(written.error());
  cached.content = std::move(*generated);
  return cached;
}

}  // namespace hpct::onebrc
