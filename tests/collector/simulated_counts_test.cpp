// SPDX-License-Identifier: Apache-2.0
#include "collector/simulated_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "collector/simulator.h"
#include "tests/collector/scripted_workload.h"
#include "tests/temporary_folder.h"

namespace hpct {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

/// PATH as the test wants it, put back at the end.
class PathSetting {
 public:
  explicit PathSetting(const std::string& value) { ::setenv("PATH", value.c_str(), 1); }
  ~PathSetting() { ::setenv("PATH", before_.c_str(), 1); }
  PathSetting(const PathSetting&) = delete;
  PathSetting& operator=(const PathSetting&) = delete;

 private:
  std::string before_ = std::getenv("PATH");
};

TEST(SimulatedCounts, a_request_survives_being_written_and_read) {
  const SimulatedRequest request{.workload = "1brc",
                                 .variant = "naive",
                                 .cache = "/home/a user/.cache",
                                 .assignments = {"rows=100000", "input="}};
  const auto read = parse_simulated_request(to_text(request));
  EXPECT_EQ(read.workload, request.workload);
  EXPECT_EQ(read.variant, request.variant);
  EXPECT_EQ(read.cache, request.cache);
  EXPECT_EQ(read.assignments, request.assignments);
}

TEST(SimulatedCounts, counts_survive_being_written_and_read) {
  const InstructionCounts counts{.total = 1'000'000'000'000, .regions = {{"a", 5}, {"a/b c", 7}}};
  EXPECT_EQ(parse_instruction_counts(to_text(counts)).value(), counts);
}

TEST(SimulatedCounts, the_error_of_the_simulated_process_is_ours) {
  EXPECT_EQ(parse_instruction_counts("error no such variant\n").error().message, "no such variant");
}

TEST(SimulatedCounts, no_answer_is_an_error_and_not_zero) {
  EXPECT_FALSE(parse_instruction_counts("").has_value());
  EXPECT_FALSE(parse_instruction_counts("total 0\n").has_value());
}

TEST(SimulatedCounts, without_valgrind_the_count_is_missing_and_says_how_to_get_it) {
  const TemporaryFolder empty;
  const PathSetting path(empty.path().string());
  hpct::Run run;
  add_simulated_counts(run, std::vector<std::string>{"/bin/true"});
  const auto& value = run.values.at("ir_sim");
  EXPECT_EQ(value.reason, MissingReason::not_found);
  EXPECT_THAT(value.detail, AllOf(HasSubstr("not installed"), HasSubstr("apt-get install valgrind")));
  EXPECT_FALSE(run.simulation);
}

TEST(SimulatedCounts, a_workload_that_cannot_shrink_is_not_simulated) {
  hpct::Run run;
  add_simulated_counts(run, scripted_info(), variants_named({"v"}).front(), Settings{});
  EXPECT_EQ(run.values.at("ir_sim").reason, MissingReason::not_declared);
}

TEST(SimulatedCounts, a_code_path_that_the_simulated_cpu_lacks_is_masked) {
  auto info = scripted_info();
  info.reduce = [](Settings&) {};
  hpct::Run run;
  const Variant wide{.name = "wide", .summary = "", .isa = Isa::avx512, .parallel = true};
  add_simulated_counts(run, info, wide, Settings{});
  EXPECT_EQ(run.values.at("ir_sim").reason, MissingReason::isa_masked);
}

TEST(Simulator, the_environment_has_the_same_length_whatever_is_in_it) {
  const Simulator simulator{"/usr/bin/valgrind", "valgrind-3.19.0"};
  const auto length = [&](const std::string& home) {
    ::setenv("HOME", home.c_str(), 1);
    std::size_t bytes = 0;
    for (const auto& variable : pin_environment(simulator, {}).variables) bytes += variable.size() + 1;
    return bytes;
  };
  const std::string before = std::getenv("HOME") != nullptr ? std::getenv("HOME") : "";
  const auto shorter = length("/root");
  EXPECT_EQ(shorter, length("/home/somebody/with/a/long/name"));
  EXPECT_EQ(shorter % 8192, 0U);
  ::setenv("HOME", before.c_str(), 1);
}

TEST(Simulator, the_hash_knows_the_version_and_the_programs_own_variables) {
  const auto hash = [](const char* version, const char* variable) {
    return pin_environment({"/usr/bin/valgrind", version}, {variable}).hash;
  };
  EXPECT_EQ(hash("valgrind-3.19.0", "A=1"), hash("valgrind-3.19.0", "A=1"));
  EXPECT_NE(hash("valgrind-3.19.0", "A=1"), hash("valgrind-3.20.0", "A=1"));
  EXPECT_NE(hash("valgrind-3.19.0", "A=1"), hash("valgrind-3.19.0", "A=2"));
}

TEST(Simulator, the_hash_does_not_know_where_the_user_lives) {
  const Simulator simulator{"/usr/bin/valgrind", "valgrind-3.19.0"};
  const auto here = pin_environment(simulator, {}).hash;
  const PathSetting path("/somewhere/else:/usr/bin");
  EXPECT_EQ(pin_environment(simulator, {}).hash, here);
}

TEST(Simulator, something_else_called_valgrind_is_not_taken_for_it) {
  const TemporaryFolder folder;
  std::ofstream(folder / "valgrind") << "#!/bin/sh\necho I am a coffee machine\n";
  std::filesystem::permissions(folder / "valgrind", std::filesystem::perms::owner_all);
  const PathSetting path(folder.path().string());
  EXPECT_FALSE(find_simulator().has_value());
  EXPECT_FALSE(simulator_availability().usable);
}

}  // namespace
}  // namespace hpct
