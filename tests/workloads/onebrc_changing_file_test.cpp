// SPDX-License-Identifier: Apache-2.0
// Files that somebody writes to while they are checked, mapped or read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>

#include <csignal>

#include "tests/temporary_folder.h"
#include "tests/under_sanitizer.h"
#include "tests/workloads/onebrc_files.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/mapped_file.h"

namespace hpct::onebrc {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kRows = 40'000;

class OnebrcChangingFile : public ::testing::Test {
 protected:
  OnebrcChangingFile() {
    Random random(1);
    std::vector<std::string> names;
    for (int i = 0; i < 50; ++i) names.push_back(random_name(random, between(random, 1, 100)));
    write_text(file_, rows_of(random, names, kRows));
  }

  [[nodiscard]] std::unique_ptr<Workload> checked_workload() const {
    const auto& info = find_workload("1brc");
    return prepared(info, settings_for(info, 2, {"input=" + file_.string()}));
  }

  [[nodiscard]] std::size_t size() const { return std::filesystem::file_size(file_); }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "rows";
};

std::vector<Variant> all_variants() {
  return runnable_variants(find_workload("1brc"), {.threads = 2, .cache = {}, .parameters = {}});
}

TEST_F(OnebrcChangingFile, that_grew_after_it_was_checked_is_refused_by_every_variant) {
  const auto workload = checked_workload();
  std::ofstream(file_, std::ios::app) << "nonsense";
  for (const auto& variant : all_variants()) {
    const auto ran = workload->run(variant);
    ASSERT_FALSE(ran) << variant.name;
    EXPECT_THAT(ran.error().message, HasSubstr("rows has changed since it was checked ("));
  }
}

TEST_F(OnebrcChangingFile, of_which_a_byte_was_replaced_is_refused_by_every_variant) {
  const auto workload = checked_workload();
  std::fstream(file_, std::ios::in | std::ios::out).seekp(1000) << "\n;\n";
  for (const auto& variant : all_variants()) {
    const auto ran = workload->run(variant);
    ASSERT_FALSE(ran) << variant.name;
    EXPECT_THAT(ran.error().message, HasSubstr("rows has changed since it was checked"));
  }
}

TEST_F(OnebrcChangingFile, that_becomes_shorter_under_any_rung_ends_nobody) {
  Crew crew(2);
  const auto whole = size();
  for (const auto& rung : rungs()) {
    if (!cpu_supports(rung.isa) || std::string_view(rung.name) == "mmap") continue;  // stod throws: see below
    for (const auto left : {whole / 2 + 1, std::size_t{5000}, std::size_t{0}}) {
      const auto mapped = MappedFile::open(file_);
      ASSERT_TRUE(mapped) << mapped.error().message;
      const auto text = read_text(file_);
      std::filesystem::resize_file(file_, left);
      static_cast<void>(rung.aggregate(mapped->bytes(), crew));
      EXPECT_FALSE(mapped->state_now() == mapped->state()) << rung.name;
      write_text(file_, text);
    }
  }
}

/// Whatever is found in a file that is overwritten while it is read, no rung may leave its memory.
TEST_F(OnebrcChangingFile, that_is_overwritten_under_any_rung_ends_nobody) {
  Crew crew(2);
  const auto whole = size();
  for (const char filling : {'\0', '\n', ';', '.', 'a'}) {
    write_text(file_, std::string(whole, filling));
    const auto mapped = MappedFile::open(file_);
    ASSERT_TRUE(mapped) << mapped.error().message;
    for (const auto& rung : rungs())
      if (cpu_supports(rung.isa) && std::string_view(rung.name) != "mmap")
        static_cast<void>(rung.aggregate(mapped->bytes(), crew));
  }
}

TEST_F(OnebrcChangingFile, that_is_noise_under_any_rung_ends_nobody) {
  Crew crew(2);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    std::string noise(between(random, 1, 300'000), '\0');
    for (auto& c : noise) c = random() % 4 == 0 ? ";\n.-1"[random() % 5] : static_cast<char>(random());
    write_text(file_, noise);
    const auto mapped = MappedFile::open(file_);
    ASSERT_TRUE(mapped) << mapped.error().message;
    for (const auto& rung : rungs())
      if (cpu_supports(rung.isa) && std::string_view(rung.name) != "mmap")
        static_cast<void>(rung.aggregate(mapped->bytes(), crew));
  }
}

TEST_F(OnebrcChangingFile, whose_text_stod_does_not_understand_is_an_error_and_no_exception) {
  const auto workload = checked_workload();
  const auto written = std::filesystem::last_write_time(file_);
  write_text(file_, std::string(size(), 'x'));
  std::filesystem::last_write_time(file_, written);
  for (const char* name : {"naive", "mmap"}) {
    const auto ran = workload->run({.name = name, .summary = {}});
    ASSERT_FALSE(ran) << name;
    EXPECT_THAT(ran.error().message, HasSubstr("rows has changed while it was read"));
  }
}

TEST_F(OnebrcChangingFile, that_grows_while_it_is_checked_is_refused) {
  class Growing final : public Progress {
   public:
    explicit Growing(std::filesystem::path file) : file_(std::move(file)) {}
    void update(std::string_view, double, double) override {
      std::ofstream(file_, std::ios::app) << "a;1.0\n";
    }

   private:
    std::filesystem::path file_;
  };
  std::string text;
  while (text.size() < 300'000 * 6) text += "a;1.0\n";  // progress is reported every 262,144 lines
  write_text(file_, text);
  const auto& info = find_workload("1brc");
  const auto workload = info.make(settings_for(info, 1, {"input=" + file_.string()}));
  ASSERT_TRUE(workload);
  Growing growing(file_);
  const auto ready = (*workload)->prepare(growing);
  ASSERT_FALSE(ready);
  EXPECT_THAT(ready.error().message,
              HasSubstr("rows has changed while it was checked (1800000 bytes, now 1800006)"));
}

TEST(OnebrcShrinkGuard, leaves_bus_errors_elsewhere_as_they_are) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers end the program in their own way";
  const TemporaryFolder folder;
  write_text(folder / "guarded", "a;1.0\n");
  write_text(folder / "other", std::string(10, 'x'));
  const auto guarded = MappedFile::open(folder / "guarded");
  EXPECT_EXIT(
      {
        const int fd = ::open((folder / "other").c_str(), O_RDONLY);
        const auto* const bytes =
            static_cast<const volatile char*>(::mmap(nullptr, 10, PROT_READ, MAP_PRIVATE, fd, 0));
        std::filesystem::resize_file(folder / "other", 0);
        std::_Exit(bytes[0]);
      },
      ::testing::KilledBySignal(SIGBUS), "");
}

}  // namespace
}  // namespace hpct::onebrc
