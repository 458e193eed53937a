// SPDX-License-Identifier: Apache-2.0
// Loaded into the user's program (LD_PRELOAD) to read its PAPI software-defined events at its end: they live
// in the memory of that process, and nobody else can. Links to nothing, and uses no C++ runtime.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t kMostNames = 1024;
constexpr std::size_t kLongestName = 256;
constexpr int kDouble = 2;  // PAPI_SDE_double, PAPI_SDE_float of sde_lib.h
constexpr int kFloat = 3;

/// What libsde does not tell a tool: whose handle it is, and which events are no integers.
struct Library {
  const void* handle;
  char name[kLongestName];
};
struct RealEvent {
  char name[kLongestName];
};
Library libraries[kMostNames];
RealEvent real_events[kMostNames];
std::size_t library_count = 0;
std::size_t real_event_count = 0;

template <class Function>
Function next_definition(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

const char* library_of(const void* handle) {
  for (std::size_t i = 0; i < library_count; ++i)
    if (libraries[i].handle == handle) return libraries[i].name;
  return "";
}

void note_type(const void* handle, const char* event, int type) {
  if ((type != kDouble && type != kFloat) || real_event_count == kMostNames) return;
  std::snprintf(real_events[real_event_count++].name, kLongestName, "%s::%s", library_of(handle), event);
}

bool is_real(const char* name) {
  for (std::size_t i = 0; i < real_event_count; ++i)
    if (std::strcmp(real_events[i].name, name) == 0) return true;
  return false;
}

/// libsde hands the bits of a double over as an integer.
double as_double(long long bits) {
  double number = 0;
  std::memcpy(&number, &bits, sizeof number);
  return number;
}

/// One write per line, so that lines of several processes do not mix.
void write_line(int file, const char* name, long long value) {
  char line[kLongestName + 64];
  const int length = is_real(name) ? std::snprintf(line, sizeof line, "%s %.17g\n", name, as_double(value))
                                   : std::snprintf(line, sizeof line, "%s %lld\n", name, value);
  if (length <= 0 || static_cast<std::size_t>(length) >= sizeof line) return;
  if (::write(file, line, static_cast<std::size_t>(length)) < 0) return;  // nobody is there to be told
}

void deliver() {
  const auto count = reinterpret_cast<int (*)()>(::dlsym(RTLD_DEFAULT, "sde_ti_get_num_reg_events"));
  const auto name_of = reinterpret_cast<char* (*)(int)>(::dlsym(RTLD_DEFAULT, "sde_ti_get_event_name"));
  const auto read_event =
      reinterpret_cast<int (*)(std::uint32_t, long long*)>(::dlsym(RTLD_DEFAULT, "sde_ti_read_counter"));
  const char* path = std::getenv("HPCT_SDE_FILE");
  if (count == nullptr || name_of == nullptr || read_event == nullptr || path == nullptr) return;
  const int file = ::open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return;
  for (int i = 0; i < count(); ++i) {
    const char* name = name_of(i);
    long long value = 0;
    if (name != nullptr && read_event(static_cast<std::uint32_t>(i), &value) == 0)
      write_line(file, name, value);
  }
  ::close(file);
}

/// Registered before the program's own handlers, so called after them, while its variables are still there.
__attribute__((constructor)) void begin() { std::atexit(deliver); }

}  // namespace

// They stand before libsde's own, take notes and pass on.
extern "C" {

__attribute__((visibility("default"))) void* papi_sde_init(const char* name) {
  static const auto original = next_definition<void* (*)(const char*)>("papi_sde_init");
  if (original == nullptr) return nullptr;
  void* handle = original(name);
  if (handle != nullptr && name != nullptr && library_count < kMostNames) {
    libraries[library_count].handle = handle;
    std::snprintf(libraries[library_count++].name, kLongestName, "%s", name);
  }
  return handle;
}

__attribute__((visibility("default"))) int papi_sde_register_counter(void* handle, const char* event,
                                                                     int mode, int type, void* counter) {
  using Function = int (*)(void*, const char*, int, int, void*);
  static const auto original = next_definition<Function>("papi_sde_register_counter");
  if (original == nullptr) return -1;
  note_type(handle, event, type);
  return original(handle, event, mode, type, counter);
}

__attribute__((visibility("default"))) int papi_sde_register_counter_cb(void* handle, const char* event,
                                                                        int mode, int type,
                                                                        long long (*callback)(void*),
                                                                        void* parameter) {
  using Function = int (*)(void*, const char*, int, int, long long (*)(void*), void*);
  static const auto original = next_definition<Function>("papi_sde_register_counter_cb");
  if (original == nullptr) return -1;
  note_type(handle, event, type);
  return original(handle, event, mode, type, callback, parameter);
}
}
