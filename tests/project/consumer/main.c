/* SPDX-License-Identifier: Apache-2.0 */
/* The same API from C, with regions left by break and return. */
#include <hpct/hpct.h>
#include <stdio.h>

static int row(int index) {
  HPCT_SCOPE("row");
  if (index % 2 == 0) return 1;
  return 2;
}

int main(void) {
  int sum = 0;
  HPCT_BEGIN(all, "all");
  for (int i = 0; i < 10; ++i) {
    HPCT_BEGIN(step, "step");
    sum += row(i);
    HPCT_WORK(step, 5);
    HPCT_END(step);
  }
  HPCT_END(all);
  printf("%d\n", sum);
  return 0;
}
