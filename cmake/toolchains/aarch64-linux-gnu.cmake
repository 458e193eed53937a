# SPDX-License-Identifier: Apache-2.0
# Cross-compiles for 64-bit Arm with Debian's g++-aarch64-linux-gnu:
#   cmake --toolchain cmake/toolchains/aarch64-linux-gnu.cmake -DHPCT_SYSROOT=FOLDER ...
# FOLDER holds unpacked arm64 packages of the libraries (tests/arm64/packages.py makes one without root). libc and
# libstdc++ are the compiler's own, so that they fit it; hence a find root and not a CMAKE_SYSROOT.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HPCT_SYSROOT)
set(CMAKE_FIND_ROOT_PATH ${HPCT_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${HPCT_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${HPCT_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${HPCT_SYSROOT}/usr/share/pkgconfig)

set(CMAKE_CXX_FLAGS_INIT "-isystem ${HPCT_SYSROOT}/usr/include -isystem ${HPCT_SYSROOT}/usr/include/aarch64-linux-gnu")
set(folders "")
foreach(folder usr/lib/aarch64-linux-gnu lib/aarch64-linux-gnu)
  string(APPEND folders " -L${HPCT_SYSROOT}/${folder} -Wl,-rpath-link,${HPCT_SYSROOT}/${folder}")
endforeach()
set(CMAKE_EXE_LINKER_FLAGS_INIT "${folders}")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "${folders}")
