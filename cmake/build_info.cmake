# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT with the git state of SOURCE_DIR, at every build, touching it only when it changed.
# Called with cmake -P; what does not change between builds comes as compile definitions instead.
execute_process(COMMAND git -C ${SOURCE_DIR} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(commit "")
else()
  execute_process(COMMAND git -C ${SOURCE_DIR} status --porcelain --untracked-files=no
    OUTPUT_VARIABLE changes ERROR_QUIET)
  if(changes)
    string(APPEND commit "-dirty")
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define HPCT_COMMIT \"${commit}\"\n")
