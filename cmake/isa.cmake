# SPDX-License-Identifier: Apache-2.0
# Instruction sets: the baseline of everything, and the flags of the kernels that go beyond it.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(HPCT_BASELINE_FLAGS -march=x86-64-v2)
  set(HPCT_ISAS scalar vector16 avx2 avx512 avx512_fp16 avx512_bf16 avx512_vnni amx)
else()
  set(HPCT_BASELINE_FLAGS "")
  set(HPCT_ISAS scalar vector16)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64|ARM64")
    list(APPEND HPCT_ISAS neon neon_dotprod)  # the first is part of every 64-bit ARM: no flags
  endif()
endif()
add_compile_options(${HPCT_BASELINE_FLAGS} -ffp-contract=off)

set(HPCT_FLAGS_scalar "")
set(HPCT_FLAGS_vector16 "")
set(HPCT_FLAGS_neon "")
set(HPCT_FLAGS_neon_dotprod -march=armv8.2-a+dotprod)
set(HPCT_FLAGS_avx2 -march=x86-64-v3)
set(HPCT_FLAGS_avx512 -march=x86-64-v4)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # g++ 12 warns about the deliberately undefined registers of its own avx512fintrin.h.
  list(APPEND HPCT_FLAGS_avx512 -Wno-maybe-uninitialized -Wno-uninitialized)
endif()
foreach(extension fp16 bf16 vnni)
  set(HPCT_FLAGS_avx512_${extension} ${HPCT_FLAGS_avx512} -mavx512${extension})
endforeach()

# Every CPU that has AMX has these two; its tile instructions are written by hand.
set(HPCT_FLAGS_amx ${HPCT_FLAGS_avx512} -mavx512bf16 -mavx512vnni)

# Under sanitizers -O3 takes minutes per file and finds nothing more: their presets say -O1.
set(HPCT_KERNEL_OPTIMISATION -O3 CACHE STRING "How the kernels of an instruction set are optimised, in every build type")

# hpct_kernels(TARGET TYPE HEADER FUNCTION NAMESPACE DIRECTORY isa...)
# A registry of one kernel table per instruction set: DIRECTORY/<isa>.cpp, each with its own
# flags, only those this architecture has. Such a file includes intrinsics and plain headers
# only: an inline function of the standard library compiled here could be the copy the linker
# keeps for the whole program, and fault on an older CPU (checked by isa_symbols_test).
function(hpct_kernels target type header function namespace directory)
  set(isas "")
  foreach(isa IN LISTS ARGN)
    if(isa IN_LIST HPCT_ISAS)
      list(APPEND isas ${isa})
      set_property(SOURCE ${directory}/${isa}.cpp APPEND PROPERTY
        COMPILE_OPTIONS ${HPCT_FLAGS_${isa}} ${HPCT_KERNEL_OPTIMISATION})
    endif()
  endforeach()
  hpct_registry(${target} ${type} ${header} ${function} ${namespace} ${directory} ${isas})
endfunction()
