// SPDX-License-Identifier: Apache-2.0
// as-user PROGRAM ARGUMENTS...: starts it as user 1000, without rights; the guest's busybox cannot.
#include <grp.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2 || setgroups(0, nullptr) != 0 || setgid(1000) != 0 || setuid(1000) != 0) return 126;
  execvp(argv[1], argv + 1);
  return 127;
}
