#pragma once
/* A shared library of the system that is loaded when something of it is first needed, for those
 * that take longer to load than the usual run of the program. */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

/* One of a process. All but `lock` and `is_loaded` (zero) is said by whoever defines it. */
typedef struct zkl_library {
    /* As the system's loader finds it. */
    const char *file;
    /* What is called of it, and where its addresses go, in that order. */
    const char *const *names;
    void **functions;
    size_t function_count;
    /* What has to be called before anything else of it, or NULL. */
    zkl_status (*begin)(zkl_error *err);
    pthread_mutex_t lock;
    bool is_loaded;
} zkl_library;

/* Load it, once for the process: it stays. Any thread.
 *
 * ZKL_NOT_SUPPORTED with the loader's words, or the name of the function that it lacks.
 * ZKL_NO_MEMORY: the address space is at its limit. What `begin` says. A failure is not kept: the
 * next call tries again. */
zkl_status zkl_library_load(zkl_library *library, zkl_error *err) ZKL_MUST_USE;
