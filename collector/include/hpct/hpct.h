/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Regions in C99 (and C++); C++ programs have hpct/region.h, which closes regions by itself.

     HPCT_BEGIN(solve, "solve");    a region, from here; `solve` names it within this block
     ...
     HPCT_WORK(solve, rows);        optional: how much was done
     HPCT_END(solve);               to here, on the same thread and in the same block

   Regions nest: what begins inside ends first. Leaving the block without HPCT_END (return, break, goto)
   leaves the region open and the paths of later ones wrong; with GCC and Clang HPCT_SCOPE("solve"); ends
   with the block, however it is left. The name is a string literal: it identifies the place, so a name made
   at run time is no region. While nothing records, a region costs one load and a comparison.

   With HPCT_DISABLE defined all of it does nothing, costs nothing and needs no library. */
#ifndef HPCT_DISABLE

#include <hpct/region_lane.h>

/* One region between HPCT_BEGIN and HPCT_END. */
struct hpct_scope {
  struct hpct_site* site;
  struct hpct_open open;
  uint64_t work;
};

static inline void hpct_close_scope(struct hpct_scope* scope) {
  hpct_end(scope->open, scope->site, scope->work);
}

#define HPCT_BEGIN(variable, name)                                            \
  static struct hpct_site variable##_site = {"" name, __FILE__, __LINE__, 0}; \
  struct hpct_scope variable = {&variable##_site, {NULL, 0}, 0};              \
  variable.open = hpct_begin(variable.site)
#define HPCT_WORK(variable, amount) ((void)(variable.work += (uint64_t)(amount)))
#define HPCT_END(variable) hpct_close_scope(&variable)

#define HPCT_JOIN_(a, b) a##b
#define HPCT_JOIN(a, b) HPCT_JOIN_(a, b)
#define HPCT_SCOPE_AS(variable, name)                                                                       \
  static struct hpct_site variable##_site = {"" name, __FILE__, __LINE__, 0};                               \
  __attribute__((cleanup(hpct_close_scope))) struct hpct_scope variable = {&variable##_site, {NULL, 0}, 0}; \
  variable.open = hpct_begin(variable.site)
#define HPCT_SCOPE_NAMED(variable, name) HPCT_SCOPE_AS(variable, name)
#define HPCT_SCOPE(name) HPCT_SCOPE_NAMED(HPCT_JOIN(hpct_scope_, __LINE__), name)

#else

#define HPCT_BEGIN(variable, name) ((void)0)
#define HPCT_WORK(variable, amount) ((void)0)
#define HPCT_END(variable) ((void)0)
#define HPCT_SCOPE(name) ((void)0)

#endif
