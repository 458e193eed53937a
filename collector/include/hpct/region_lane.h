/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What hpct.h (C) and region.h (C++) share: where a thread writes its regions, and the few instructions
   that do it. Nothing here is for users, and it may change with every version: a program and the library
   it is linked with must come from the same one. C99 with the builtins of GCC and Clang. */
#ifdef __cplusplus
extern "C" {
#endif

/* The static identity of a region: a name and a place in the source. `id` is given out at the first use. */
struct hpct_site {
  const char* name;
  const char* file;
  int line;
  uint32_t id;
};

/* One finished region, 32 bytes: written once, at its end, so that a region costs one store. */
struct hpct_record {
  uint64_t begin;    /* clock ticks */
  uint64_t duration; /* ticks */
  uint64_t work;     /* the user's payload */
  uint32_t site;
  uint32_t depth; /* 0 for the outermost region of the thread */
};

/* Regions nested deeper are recorded all the same, but their paths end here once the buffer is full. */
enum { HPCT_DEEPEST = 128 };

/* The part of a thread's own buffer that every region touches. Only that thread writes it. */
struct hpct_lane {
  struct hpct_record* next; /* where the next record goes; equal to `end` when that needs a call */
  struct hpct_record* end;
  uint32_t depth;
  uint32_t reserved;
  uint64_t open[HPCT_DEEPEST]; /* the sites of the open regions, outermost first, in the low halves */
};

/* A region that has begun. `lane` is null when nobody records it. */
struct hpct_open {
  struct hpct_lane* lane;
  uint64_t begin;
};

/* What begins and ends of regions do. */
enum { HPCT_IDLE = 0, HPCT_FAST = 1, HPCT_BY_CALL = 2 };
extern int hpct_mode;

/* The calling thread's lane, null before its first region. Initial-exec, so that reading it is one load. */
extern __thread struct hpct_lane* hpct_this_lane __attribute__((tls_model("initial-exec")));

struct hpct_open hpct_begin_by_call(struct hpct_site* site);
void hpct_end_by_call(struct hpct_lane* lane, struct hpct_site* site, uint64_t begin, uint64_t work);

/* The register that counts time. Only in HPCT_FAST, which is chosen where there is a steady one. */
static inline uint64_t hpct_read_register(void) {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  return 0;
#endif
}

/* Keeps the compiler from moving the measured code's memory accesses across a timestamp. */
#define HPCT_FENCE_COMPILER() __asm__ volatile("" ::: "memory")

/* The timestamp comes last: what precedes it is not measured. */
static inline struct hpct_open hpct_begin(struct hpct_site* site) {
  const int mode = __atomic_load_n(&hpct_mode, __ATOMIC_RELAXED);
  struct hpct_open open = {NULL, 0};
  if (__builtin_expect(mode == HPCT_FAST, 1)) {
    struct hpct_lane* lane = hpct_this_lane;
    const uint32_t id = __atomic_load_n(&site->id, __ATOMIC_RELAXED);
    if (__builtin_expect(lane == NULL || id == 0, 0)) return hpct_begin_by_call(site);
    const uint32_t depth = lane->depth;
    if (__builtin_expect(depth < HPCT_DEEPEST, 1)) lane->open[depth] = id;
    lane->depth = depth + 1;
    open.lane = lane;
    open.begin = hpct_read_register();
    HPCT_FENCE_COMPILER();
    return open;
  }
  return mode == HPCT_IDLE ? open : hpct_begin_by_call(site);
}

static inline void hpct_end(struct hpct_open open, struct hpct_site* site, uint64_t work) {
  if (open.lane == NULL) return;
  struct hpct_lane* lane = open.lane;
  struct hpct_record* record = lane->next;
  if (__builtin_expect(record == lane->end, 0)) {
    hpct_end_by_call(lane, site, open.begin, work);
    return;
  }
  HPCT_FENCE_COMPILER();
  const uint64_t end = hpct_read_register();
  const uint32_t depth = lane->depth - 1;
  lane->depth = depth;
  record->begin = open.begin;
  record->duration = end - open.begin;
  record->work = work;
  record->site = __atomic_load_n(&site->id, __ATOMIC_RELAXED);
  record->depth = depth;
  __atomic_store_n(&lane->next, record + 1, __ATOMIC_RELEASE); /* whoever reads `next` finds the record */
}

#ifdef __cplusplus
}
#endif
