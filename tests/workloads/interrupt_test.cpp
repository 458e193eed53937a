// SPDX-License-Identifier: Apache-2.0
// Ctrl-C ends a long repetition early: see hpct/progress.h.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/temporary_folder.h"
#include "tests/workloads/workload_under_test.h"

namespace hpct {
namespace {

struct Case {
  const char* workload;
  std::vector<std::string> assignments;
};

/// Also in the name that ctest gives the test.
void PrintTo(const Case& one, std::ostream* out) { *out << one.workload; }

/// Those whose repetitions can take more than a second at sizes that somebody asks for.
const std::vector<Case> kLong = {
    {"1brc", {"rows=1000"}},
    {"mandelbrot", {"width=64", "height=48"}},
    {"qwen-decode", {"model=tiny", "context=20"}},
    {"qwen-attention", {"model=tiny", "context=20", "batch=2"}},
    {"qwen-sampling", {"model=tiny", "rows=8"}},
    {"qwen-prefill", {"model=tiny", "prompt=9"}},
    {"qwen-serving", {"model=tiny", "batch=2", "requests=3", "prompt=4", "answer=3"}},
    {"qwen-speculative", {"model=tiny", "context=9", "tokens=5"}},
    {"saxpy", {"size=1000"}},
    {"sqrt", {"size=1000"}},
    {"vector-exp", {"size=1000"}},
};

/// The first variant that does not notice; empty when all do.
std::string deaf_variant(const Case& one) {
  const TemporaryFolder folder;
  const auto& info = find_workload(one.workload);
  auto settings = settings_for(info, 2, one.assignments);
  settings.cache = folder.path();
  const auto workload = prepared(info, settings);
  request_interrupt();
  for (const auto& variant : runnable_variants(info, settings)) {
    const auto ran = workload->run(variant);
    if (ran || ran.error().code != ErrorCode::interrupted) return variant.name;
  }
  return {};
}

class InterruptDeathTest : public ::testing::TestWithParam<Case> {};

// The interrupt cannot be taken back, so it happens in a process of its own.
TEST_P(InterruptDeathTest, ends_every_variant) {
  EXPECT_EXIT(
      {
        const auto deaf = deaf_variant(GetParam());
        std::fputs(deaf.c_str(), stderr);
        std::_Exit(deaf.empty() ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

INSTANTIATE_TEST_SUITE_P(Workloads, InterruptDeathTest, ::testing::ValuesIn(kLong), [](const auto& one) {
  std::string name = one.param.workload;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace hpct
