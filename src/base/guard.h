#pragma once
/* Calls into a C++ library that may throw: its exceptions become statuses here, instead of ending
 * the program.
 *
 * What the library left half done stays so: after a failure its object is closed, or the process
 * ends. Frames between that hold locals which clean themselves must be compiled with -fexceptions
 * (cmake/layers.cmake does so for rocksdb.c). */
#include <zkl/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef zkl_status zkl_guarded(void *context, zkl_error *err);

/* What call returns; ZKL_NO_MEMORY for std::bad_alloc, ZKL_LIMIT when the system denies a thread
 * or the like (std::system_error), ZKL_IO for anything else. what: "open the store 'x'", for the
 * text. */
zkl_status zkl_guard(zkl_guarded *call, void *context, const char *what,
                     zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
