// SPDX-License-Identifier: Apache-2.0
// A user's program: nested regions with payloads on two threads. Started alone it must run as if there were
// none; "kill" ends it by SIGKILL in the middle.
#include <hpct/hpct.h>
#include <hpct/region.h>

#include <csignal>
#include <cstdio>
#include <string_view>
#include <thread>

namespace {

double solve(int steps) {
  HPCT_REGION("solve");
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    HPCT_REGION_AS(step, "step");
    step.work(3);
    for (int j = 0; j < 2; ++j) {
      HPCT_BEGIN(row, "row");
      sum += i;
      HPCT_END(row);
    }
  }
  return sum;
}

}  // namespace

int main(int count, char** arguments) {
  double sums[2] = {};
  std::thread other([&] { sums[1] = solve(500); });
  sums[0] = solve(1000);
  other.join();
  std::printf("%.0f\n", sums[0] + sums[1]);
  HPCT_REGION("unfinished");
  {
    HPCT_REGION("finished");
  }
  if (count > 1 && arguments[1] == std::string_view("kill")) std::raise(SIGKILL);
  return 0;
}
