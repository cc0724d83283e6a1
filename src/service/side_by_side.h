#pragma once
/* Many tables notarised through one handle, several at a time.
 *
 *  1. A table of few rows keeps one core busy and no more, so several of them are made at once,
 *     each by one thread. A large one takes all threads and much memory: those come last, one after
 *     the other.
 *  2. What the caller lends is called on the caller's thread alone, or by one thread at a time
 *     (zkl/env.h).
 *  3. Each is a notarisation by itself: one that fails leaves the others as they are. */
#include "service/each_file.h"

typedef struct service_job {
    service_each_file *file;
    /* Where its receipt goes; NULL: nowhere. */
    const char *receipt_path;
} service_job;

/* On the thread of the call, as each is done; not of one that was cut off. done: borrowed for the
 * call. A failure of it ends all. */
typedef zkl_status service_job_told(void *opaque, const service_job *job, zkl_status status,
                                    const zkl_notarize_result *done, const zkl_error *why,
                                    zkl_error *err);

/* Notarise each with `if_changed`, as `as` says (NULL: no claims).
 *
 * ZKL_OK whatever became of them. Errors: ZKL_CANCELLED, ZKL_NO_MEMORY: the rest was not tried;
 * those of `told`.
 * Order: that in which they are done, and so are their entries in the log. Where env->placing asks
 * to be told before entries are recorded: one after the other. */
zkl_status service_notarize_side_by_side(const service_job *jobs, size_t count,
                                         const zkl_notarize_request *as, zkl_ledger *ledger,
                                         const zkl_env *env, service_job_told *told, void *opaque,
                                         zkl_error *err) ZKL_MUST_USE;
