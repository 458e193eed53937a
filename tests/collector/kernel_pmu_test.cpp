// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel_pmu.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/collector/fake_root.h"

namespace hpct {
namespace {

constexpr const char* kParanoid = "proc/sys/kernel/perf_event_paranoid";

TEST(KernelPmu, a_kernel_without_perf_events_has_no_pmu) {
  const FakeRoot root;
  EXPECT_EQ(perf_event_paranoid(root.path()), std::nullopt);
  EXPECT_EQ(kernel_refusal(root.path())->reason, MissingReason::no_pmu);
}

TEST(KernelPmu, the_cpus_own_unit_is_told_from_those_outside_the_core) {
  const FakeRoot uncore{{kParanoid, "2"},
                        {"sys/bus/event_source/devices/uncore_imc_0/type", "9"},
                        {"sys/bus/event_source/devices/arm_cmn_0/type", "10"},
                        {"sys/bus/event_source/devices/software/type", "1"}};
  EXPECT_FALSE(kernel_has_cpu_pmu(uncore.path()));
  EXPECT_EQ(kernel_refusal(uncore.path())->reason, MissingReason::no_pmu);
  for (const char* name :
       {"sys/bus/event_source/devices/cpu/type", "sys/bus/event_source/devices/cpu_core/type",
        "sys/bus/event_source/devices/armv8_pmuv3_0/type"}) {
    const FakeRoot root{{kParanoid, "2"}, {name, "4"}};
    EXPECT_TRUE(kernel_has_cpu_pmu(root.path())) << name;
    EXPECT_FALSE(kernel_refusal(root.path())) << name;
  }
}

TEST(KernelPmu, a_paranoid_kernel_refuses_users_and_names_the_setting) {
  const FakeRoot root{{kParanoid, "3"}, {"sys/bus/event_source/devices/cpu/type", "4"}};
  const auto refusal = kernel_refusal(root.path());
  if (::geteuid() == 0) {
    EXPECT_FALSE(refusal) << "root is not asked";
    return;
  }
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, MissingReason::permission);
  EXPECT_EQ(refusal->detail, "kernel.perf_event_paranoid is 3");
}

}  // namespace
}  // namespace hpct
