// SPDX-License-Identifier: Apache-2.0
// known-loop N...: a user's program. The first loop runs in the main thread, each other one in a thread of
// its own.
#include "known_loop.h"

#include <cstdlib>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  std::vector<std::thread> threads;
  for (int i = 2; i < argc; ++i) threads.emplace_back(hpct::known_loop, std::strtoull(argv[i], nullptr, 10));
  if (argc > 1) hpct::known_loop(std::strtoull(argv[1], nullptr, 10));
  for (auto& thread : threads) thread.join();
}
