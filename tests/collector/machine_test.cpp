// SPDX-License-Identifier: Apache-2.0
#include "collector/machine.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <thread>

#include "tests/collector/fake_root.h"

namespace hpct {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(Machine, this_one_lets_us_use_a_hardware_thread) { EXPECT_GE(describe_machine().cpu.usable, 1); }

TEST(Machine, this_one_has_memory) { EXPECT_GT(describe_machine().memory_bytes, 64 << 20); }

TEST(Machine, this_one_has_cores_and_a_kernel) {
  const auto machine = describe_machine();
  EXPECT_GE(machine.cpu.cores, 1);
  EXPECT_GE(machine.cpu.threads, machine.cpu.cores);
  EXPECT_THAT(machine.kernel, Not(IsEmpty()));
  EXPECT_THAT(machine.hostname, Not(IsEmpty()));
}

TEST(Machine, this_one_runs_the_baseline) { EXPECT_EQ(describe_machine().cpu.isa.at(0), "baseline"); }

TEST(Machine, usable_is_what_the_affinity_allows) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  const int usable = describe_machine().cpu.usable;
  sched_setaffinity(0, sizeof before, &before);
  EXPECT_EQ(usable, 1);
}

TEST(Machine, the_fingerprint_of_one_machine_is_stable) {
  EXPECT_THAT(describe_machine().fingerprint, SizeIs(16));
  EXPECT_EQ(describe_machine().fingerprint, describe_machine().fingerprint);
}

TEST(Machine, what_the_system_does_not_say_stays_empty) {
  const FakeRoot root;
  const auto machine = describe_machine(root.path());
  EXPECT_EQ(machine.cpu.model, "");
  EXPECT_EQ(machine.governor, "");
  EXPECT_EQ(machine.turbo, "");
  EXPECT_EQ(machine.hypervisor, "");
  EXPECT_EQ(machine.os, "");
  EXPECT_EQ(machine.transparent_huge_pages, "");
  EXPECT_FALSE(machine.perf_event_paranoid);
  EXPECT_EQ(machine.limits, Limits{});
}

TEST(Machine, reads_an_x86_cpuinfo) {
  const FakeRoot root{{"proc/cpuinfo",
                       "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Fast CPU @ 2.0GHz\n"
                       "microcode\t: 0x2b\nflags\t\t: fpu sse hypervisor lm\n"}};
  const auto machine = describe_machine(root.path(), "x86_64");
  EXPECT_EQ(machine.cpu.model, "Fast CPU @ 2.0GHz");
  EXPECT_EQ(machine.cpu.vendor, "GenuineIntel");
  EXPECT_EQ(machine.cpu.microcode, "0x2b");
  EXPECT_EQ(machine.hypervisor, "virtual machine");
}

TEST(Machine, an_arm_core_we_do_not_know_keeps_its_number) {
  const FakeRoot root{{"proc/cpuinfo", "CPU implementer\t: 0x41\nCPU part\t: 0xfff\n"}};
  EXPECT_EQ(describe_machine(root.path(), "aarch64").cpu.model, "part 0xfff");
}

TEST(Machine, reads_an_arm_cpuinfo) {
  const FakeRoot root{
      {"proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"}};
  const auto machine = describe_machine(root.path(), "aarch64");
  EXPECT_EQ(machine.cpu.model, "Arm Neoverse N1");
  EXPECT_EQ(machine.cpu.vendor, "0x41");
  EXPECT_EQ(machine.hypervisor, "");
}

TEST(Machine, the_host_that_an_emulator_shows_is_not_taken_for_the_cpu) {
  const FakeRoot root{{"proc/cpuinfo",
                       "vendor_id\t: GenuineIntel\nmodel name\t: Fast CPU @ 2.0GHz\n"
                       "microcode\t: 0x2b\nflags\t\t: fpu sse\n"}};
  const auto cpu = describe_machine(root.path(), "aarch64").cpu;
  EXPECT_EQ(cpu.model, "emulated aarch64 CPU");
  EXPECT_EQ(cpu.vendor, "");
  EXPECT_EQ(cpu.microcode, "");
}

TEST(Machine, an_arm_guest_is_known_by_its_firmware) {
  const FakeRoot root{{"proc/cpuinfo", "CPU part\t: 0xd0c\n"},
                      {"sys/class/dmi/id/sys_vendor", "Amazon EC2\n"},
                      {"sys/class/dmi/id/product_name", "c7g.large\n"}};
  EXPECT_EQ(describe_machine(root.path()).hypervisor, "c7g.large");
}

TEST(Machine, a_rented_bare_metal_machine_is_no_guest) {
  const FakeRoot root{{"proc/cpuinfo", "CPU part\t: 0xd0c\n"},
                      {"sys/class/dmi/id/sys_vendor", "Amazon EC2\n"},
                      {"sys/class/dmi/id/product_name", "c7g.metal\n"}};
  EXPECT_EQ(describe_machine(root.path()).hypervisor, "");
}

TEST(Machine, a_laptop_with_firmware_names_is_no_guest) {
  const FakeRoot root{{"proc/cpuinfo", "flags\t: fpu sse\n"},
                      {"sys/class/dmi/id/sys_vendor", "LENOVO\n"},
                      {"sys/class/dmi/id/product_name", "20XW\n"}};
  EXPECT_EQ(describe_machine(root.path()).hypervisor, "");
}

TEST(Machine, the_hypervisor_is_named_by_the_firmware) {
  const FakeRoot root{{"proc/cpuinfo", "flags\t: fpu hypervisor\n"},
                      {"sys/class/dmi/id/product_name", "KVM Guest\n"}};
  EXPECT_EQ(describe_machine(root.path()).hypervisor, "KVM Guest");
}

TEST(Machine, reads_governor_turbo_and_huge_pages) {
  const FakeRoot root{{"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n"},
                      {"sys/devices/system/cpu/intel_pstate/no_turbo", "0\n"},
                      {"sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"}};
  const auto machine = describe_machine(root.path());
  EXPECT_EQ(machine.governor, "powersave");
  EXPECT_EQ(machine.turbo, "on");
  EXPECT_EQ(machine.transparent_huge_pages, "madvise");
}

TEST(Machine, no_turbo_set_means_turbo_off) {
  const FakeRoot root{{"sys/devices/system/cpu/intel_pstate/no_turbo", "1\n"}};
  EXPECT_EQ(describe_machine(root.path()).turbo, "off");
}

TEST(Machine, boost_is_turbo_under_another_name) {
  const FakeRoot root{{"sys/devices/system/cpu/cpufreq/boost", "0\n"}};
  EXPECT_EQ(describe_machine(root.path()).turbo, "off");
}

TEST(Machine, reads_memory_system_and_paranoia) {
  const FakeRoot root{{"proc/meminfo", "MemTotal:       16384 kB\nMemFree: 1 kB\n"},
                      {"etc/os-release", "NAME=\"X\"\nPRETTY_NAME=\"Some Linux 12\"\n"},
                      {"proc/sys/kernel/osrelease", "6.1.0\n"},
                      {"proc/sys/kernel/perf_event_paranoid", "-1\n"}};
  const auto machine = describe_machine(root.path());
  EXPECT_EQ(machine.memory_bytes, 16384 * 1024);
  EXPECT_EQ(machine.os, "Some Linux 12");
  EXPECT_EQ(machine.kernel, "6.1.0");
  EXPECT_EQ(machine.perf_event_paranoid, -1);
}

TEST(Machine, another_cpu_has_another_fingerprint) {
  const FakeRoot one{{"proc/cpuinfo", "model name\t: A\n"}};
  const auto first = describe_machine(one.path()).fingerprint;
  std::ofstream(one.path() / "proc/cpuinfo") << "model name\t: B\n";
  EXPECT_NE(describe_machine(one.path()).fingerprint, first);
}

TEST(Tool, knows_its_compiler_and_version) {
  EXPECT_THAT(describe_tool().version, Not(IsEmpty()));
  EXPECT_THAT(describe_tool().compiler, Not(IsEmpty()));
}

class SourceTreeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "git is not installed";
  }
  int git(const std::string& command) {
    return std::system(("git -C " + folder.path().string() +
                        " -c user.name=n -c user.email=e@e -c init.defaultBranch=main " + command +
                        " >/dev/null 2>&1")
                           .c_str());
  }
  TemporaryFolder folder;
};

TEST_F(SourceTreeTest, outside_a_work_tree_there_is_no_commit) {
  ::setenv("GIT_CEILING_DIRECTORIES", folder.path().parent_path().c_str(), 1);
  EXPECT_EQ(describe_source(folder.path()).commit, "");
}

TEST_F(SourceTreeTest, a_commit_is_found_and_the_tree_is_clean) {
  std::ofstream(folder / "file") << "x";
  ASSERT_EQ(git("init") + git("add file") + git("commit -m first"), 0);
  const auto source = describe_source(folder.path());
  EXPECT_THAT(source.commit, SizeIs(40));
  EXPECT_FALSE(source.dirty);
}

TEST_F(SourceTreeTest, a_changed_file_makes_it_dirty_and_an_untracked_one_does_not) {
  std::ofstream(folder / "file") << "x";
  ASSERT_EQ(git("init") + git("add file") + git("commit -m first"), 0);
  std::ofstream(folder / "report.hpct.json") << "{}";
  EXPECT_FALSE(describe_source(folder.path()).dirty);
  std::ofstream(folder / "file") << "changed";
  EXPECT_TRUE(describe_source(folder.path()).dirty);
}

}  // namespace
}  // namespace hpct
