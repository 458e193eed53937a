// SPDX-License-Identifier: Apache-2.0
// A user's program that counts its own work as PAPI software-defined events: argument 1 tasks.
#include <sde_lib.h>

#include <cstdlib>
#include <vector>

namespace {

// PAPI reads them by address.
long long tasks = 0;
double energy = 0;
int depth = 7;

long long half_the_tasks(void* parameter) { return *static_cast<long long*>(parameter) / 2; }

}  // namespace

int main(int count, char** arguments) {
  papi_handle_t library = papi_sde_init("solver");
  papi_sde_register_counter(library, "tasks", PAPI_SDE_RO, PAPI_SDE_long_long, &tasks);
  papi_sde_register_counter(library, "energy", PAPI_SDE_RO, PAPI_SDE_double, &energy);
  papi_sde_register_counter(library, "depth", PAPI_SDE_RO, PAPI_SDE_int, &depth);
  papi_sde_register_counter_cb(library, "half", PAPI_SDE_RO, PAPI_SDE_long_long, half_the_tasks, &tasks);
  tasks = count > 1 ? std::atoll(arguments[1]) : 0;
  energy = 0.5 * static_cast<double>(tasks) + 0.25;
}
