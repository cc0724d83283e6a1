#pragma once
/* What a caller gives every operation: randomness, time, workers, and a place to say how far it is.
 *
 *     zkl_pool *pool = NULL;
 *     if (zkl_pool_new(&pool, 0, &err) == ZKL_OK) {
 *         zkl_env env = { .pool = pool, .progress = { show_progress, window } };
 *         ... zkl_notarize(&done, ledger, &request, &env, &err) ...
 *     }
 *     zkl_pool_free(pool);
 *
 * Nothing of this is global, so tests and replays inject their own. What is left all zeros has a
 * default.
 *
 * What env points to must live until the call returns; what a ledger was opened with, until the
 * ledger is closed. The functions in it are called with their own `opaque`. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/bytes.h>
#include <zkl/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Randomness and time */

/* A source of random bytes: a hardware generator, or in tests one that repeats.
 *
 *     static zkl_status fill(void *opaque, uint8_t *out, size_t size, zkl_error *err)
 *     {
 *         if (read_device(opaque, out, size))
 *             return ZKL_OK;
 *         return zkl_fail(err, ZKL_IO, "the generator does not answer");
 *     }
 */
typedef struct zkl_random {
    /* Fill `size` bytes. Anything but ZKL_OK stops the operation: there is no weaker source to fall
     * back to. Keys and blinders come from here. An operation calls it from one thread at a
     * time. */
    zkl_status (*fill)(void *opaque, uint8_t *out, size_t size, zkl_error *err);
    void *opaque;
} zkl_random;

/* The operating system's generator (getrandom). It waits once after the machine starts, until there
 * is entropy. Any thread. */
ZKL_API extern const zkl_random zkl_random_os;

/* A source of wall time. */
typedef struct zkl_clock {
    /* Milliseconds since 1970-01-01 UTC. Entries say it as their time, which is the signer's word:
     * no check relies on it. */
    int64_t (*now_ms)(void *opaque);
    void *opaque;
} zkl_clock;

/* The system's wall time. It may jump, so nothing measures durations with it. */
ZKL_API extern const zkl_clock zkl_clock_os;

/* ---- How far it is */

typedef struct zkl_progress {
    /* Called from time to time by long operations, always on the calling thread.
     *
     * stage: what is being done, in words: "committing". It may come again with other numbers.
     * done:  of total, in units of the stage; total 0: not known.
     *
     * Return true to go on. Return false to cancel: the operation ends with ZKL_CANCELLED and
     * records nothing. */
    bool (*step)(void *opaque, const char *stage, uint64_t done, uint64_t total);
    void *opaque;
} zkl_progress;

/* What is worth knowing and is no failure: one line of text, lower case, without full stop. The
 * text is borrowed for the call. */
typedef struct zkl_notice {
    /* NULL: what would be said is dropped. */
    void (*say)(void *opaque, const char *text);
    void *opaque;
    /* A guard against lost or forked logs is off. NULL: `say` gets it. */
    void (*warn)(void *opaque, const char *text);
} zkl_notice;

/* ---- What is about to be recorded */

/* For whoever has to know after a crash whether an operation had recorded anything: a service that
 * runs it again when it had not. */
typedef struct zkl_placing {
    /* Called before entries are recorded, with their receipt ids. Those that are in the log later
     * (zkl_log_find) were recorded; the others were not. Anything but ZKL_OK ends the operation,
     * and nothing is recorded. On the calling thread. NULL: nobody is told. */
    zkl_status (*about)(void *opaque, const zkl_digest *receipt_ids, size_t count, zkl_error *err);
    void *opaque;
} zkl_placing;

/* ---- Workers */

/* Threads for loops over data. Several operations may share one pool: their loops run one after the
 * other. */
typedef struct zkl_pool zkl_pool;

/* Start the threads of a pool. They sleep while nothing is to be done.
 *
 * thread_count: counts the calling thread, which works too. 0: the cores this process may use
 *               (affinity mask and cgroup quota). At most 256 work.
 *
 * Where the system gives fewer threads there are fewer: that costs time only, since results never
 * depend on their number. Errors: ZKL_NO_MEMORY. */
ZKL_API zkl_status zkl_pool_new(zkl_pool **out, size_t thread_count, zkl_error *err) ZKL_MUST_USE;

/* End the threads, after every operation that uses them has returned and every ledger that was
 * opened with them is closed. NULL is fine.
 *
 * In a child of fork the threads are not there: what runs with the pool there runs on the calling
 * thread alone, and freeing it frees its memory. */
ZKL_API void zkl_pool_free(zkl_pool *pool);

/* ---- Kernels */

/* How arithmetic is done: by what the processor has, or as the environment variable ZKL_NATIVE
 * says, which is read once:
 *
 *     portable     C, and assembly that every 64-bit processor of x86 runs, or of Arm
 *     avx2         as on a processor without AVX-512
 *     avx512ifma   as on one with AVX-512 IFMA
 *     neon         as on one of Arm
 *
 * Every path gives the same bytes; a narrower one costs time only. Unset or empty: the widest one.
 *
 * ZKL_USAGE where the variable names no path, or one that this processor cannot run. Opening a
 * ledger, making one and verifying a receipt ask this first. */
ZKL_API zkl_status zkl_native_check(zkl_error *err) ZKL_MUST_USE;

/* The path in force, by its name above; "portable" where zkl_native_check fails. */
ZKL_API const char *zkl_native_path(void);

/* ---- All of it */

/* All zeros is valid: one thread, silent. Several threads may share one env when its functions may
 * be called from several threads; those of the system may. */
typedef struct zkl_env {
    /* All zeros: zkl_random_os. */
    zkl_random random;
    /* All zeros: zkl_clock_os. */
    zkl_clock clock;
    /* All zeros: silent. */
    zkl_progress progress;
    /* NULL: the calling thread alone. */
    zkl_pool *pool;
    /* How long a writer waits for another writer of its ledger. Others hold it for a moment only,
     * so some seconds are waited in any case. */
    uint64_t wait_ms;
    /* All zeros: nobody is told. */
    zkl_placing placing;
} zkl_env;

#ifdef __cplusplus
}
#endif
