# Hardening of everything that is built here, our own folders, blst and BLAKE3 alike: program, library, reader and tests.
# `tests/cli/machine_long.sh` looks at the finished files. Included before the first target.
#
# Two things are meant to be left out: the sanitizers replace FORTIFY and the stack protector, and code without
# optimisation has no FORTIFY.
include(CheckCCompilerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)

# ---- Instructions: a smashed stack, a skipped guard page and a forged jump end the process.
set(hardening "")
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
  string(MAKE_C_IDENTIFIER "ZKL_HAVE${flag}" known)
  check_c_compiler_flag(${flag} ${known})
  if(${known} AND NOT ZKL_SANITIZE)
    list(APPEND hardening ${flag})
  endif()
endforeach()
# Assembly takes -fcf-protection too: it then says in a note that its jumps have landing places.
add_compile_options(${hardening})

# ---- Copies into buffers of known size are checked by the C library. Level 3 needs GCC 12 or Clang 9.
if(NOT ZKL_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(fortify 3)
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_C_COMPILER_VERSION VERSION_LESS 12)
    set(fortify 2)
  endif()
  add_compile_options($<$<NOT:$<COMPILE_LANGUAGE:ASM>>:-U_FORTIFY_SOURCE>
    $<$<NOT:$<COMPILE_LANGUAGE:ASM>>:-D_FORTIFY_SOURCE=${fortify}>)
endif()

# ---- The linker: tables of addresses are read-only from the start, no stack is executable.
add_link_options("LINKER:-z,relro,-z,now,-z,noexecstack")

# ---- No absolute path in an object: two checkouts in different folders build the same bytes.
add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}=." "-ffile-prefix-map=${CMAKE_BINARY_DIR}=./build")

# ---- Where a binary looks for libraries is decided once, built or installed: nothing but folders outside this project
# that hold a library which was found there. CMake's own build paths are padded with empty elements, and an empty element
# is the current folder.
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
