#pragma once
/* What a caller lends to every operation: randomness, time, workers, and a place to say how far it is.
 * Nothing of this is global, so tests and replays inject their own. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_random {
    /* Fill size bytes. Anything but ZKL_OK stops the operation: there is no weaker source to fall back to. */
    zkl_status (*fill)(void *opaque, uint8_t *out, size_t size, zkl_error *err);
    void *opaque;
} zkl_random;

/* The operating system's generator (getrandom). */
ZKL_API extern const zkl_random zkl_random_os;

typedef struct zkl_clock {
    int64_t (*now_ms)(void *opaque); /* milliseconds since 1970-01-01 UTC */
    void *opaque;
} zkl_clock;

ZKL_API extern const zkl_clock zkl_clock_os;

/* Said from time to time by long operations, always from the calling thread. Return false to cancel: the
 * operation ends with ZKL_CANCELLED and leaves everything as it was. */
typedef struct zkl_progress {
    bool (*step)(void *opaque, const char *stage, uint64_t done, uint64_t total /* 0: unknown */);
    void *opaque;
} zkl_progress;

/* What is worth knowing and is no failure: one line of text, lower case. */
typedef struct zkl_notice {
    void (*say)(void *opaque, const char *text);
    void *opaque;
    void (*warn)(void *opaque, const char *text); /* a guard is off; NULL: say */
} zkl_notice;

typedef struct zkl_pool zkl_pool;

/* Workers for data-parallel loops. thread_count 0: the cores this process may use (affinity mask and
 * cgroup quota). The calling thread is one of them. */
ZKL_API zkl_status zkl_pool_new(zkl_pool **out, size_t thread_count, zkl_error *err) ZKL_MUST_USE;
ZKL_API void zkl_pool_free(zkl_pool *pool); /* NULL is fine */

typedef struct zkl_env {
    zkl_random random;     /* all zeros: zkl_random_os */
    zkl_clock clock;       /* all zeros: zkl_clock_os */
    zkl_progress progress; /* all zeros: silent */
    zkl_pool *pool;        /* NULL: the calling thread alone */
    uint64_t wait_ms; /* how long a writer waits for another writer of its ledger; 0: it does not */
} zkl_env;

#ifdef __cplusplus
}
#endif
