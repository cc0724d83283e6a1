# arm64 Linux by Debian's cross compiler (`make arm64`, the preset "arm64"). Libraries lie in a folder of their own
# (tools/arm64_sysroot.sh), and programs run by qemu's user mode.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

if(DEFINED ENV{ZKL_DEPS_CACHE})
  set(ZKL_ARM64_ROOT "$ENV{ZKL_DEPS_CACHE}/arm64")
else()
  set(ZKL_ARM64_ROOT "$ENV{HOME}/.cache/zkl-deps/arm64")
endif()

set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc-12)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++-12)
set(CMAKE_ASM_COMPILER aarch64-linux-gnu-gcc-12)
set(CMAKE_SYSROOT "${ZKL_ARM64_ROOT}")
set(CMAKE_FIND_ROOT_PATH "${ZKL_ARM64_ROOT}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${ZKL_ARM64_ROOT}")
set(ENV{PKG_CONFIG_LIBDIR} "${ZKL_ARM64_ROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${ZKL_ARM64_ROOT}/usr/share/pkgconfig")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L "${ZKL_ARM64_ROOT}")
