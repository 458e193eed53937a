// SPDX-License-Identifier: Apache-2.0
// A user's program with regions, started alone: they must cost nothing and break nothing.
#include <hpct/region.h>

#include <cstdio>

int main() {
  double sum = 0;
  for (int i = 0; i < 1000; ++i) {
    HPCT_REGION_AS(step, "step");
    sum += i;
    step.work(1);
  }
  std::printf("%.0f\n", sum);
  return sum == 499500 ? 0 : 1;
}
