#pragma once
/* The lent environment (include/zkl/env.h), as the rooms above use it. */
#include <zkl/env.h>

#include "base/memory.h"

/* Run task(context, index, worker) for every index below count, on all workers, in no order;
 * returns when all are done. worker < zkl_pool_threads(pool), so a task may use scratch space
 * number `worker`. pool may be NULL: then, and inside a task (nested), everything runs on the
 * calling thread. A run nested in a task of the same pool has the outer task's worker, any other
 * run on the calling thread worker 0. */
typedef void zkl_pool_task(void *context, size_t index, size_t worker);
void zkl_pool_run(zkl_pool *pool, size_t count, zkl_pool_task *task, void *context);
size_t zkl_pool_threads(const zkl_pool *pool); /* 1 for NULL */

/* zkl_pool_run for tasks that may fail. The first failure by index wins: its status is returned,
 * and err is what that task said. Tasks behind one that failed may or may not have run; all before
 * it have, so the outcome is that of a plain loop. */
typedef zkl_status zkl_pool_attempt(void *context, size_t index, size_t worker, zkl_error *err);
zkl_status zkl_pool_try(zkl_pool *pool, size_t count, zkl_pool_attempt *attempt, void *context,
                        zkl_error *err) ZKL_MUST_USE;

/* The cores this process may use: affinity mask and cgroup v1/v2 quota, at least 1. */
size_t zkl_cores_allowed(void);

static inline void zkl_pool_auto_free(zkl_pool **pool)
{
    zkl_pool_free(*pool);
}

static inline void zkl_notice_warn(const zkl_notice *notice, const char *text)
{
    void (*const say)(void *, const char *) = notice->warn ? notice->warn : notice->say;
    if (say)
        say(notice->opaque, text);
}

/* With the defaults for what is all zeros. */
zkl_status zkl_env_random(const zkl_env *env, void *out, size_t size, zkl_error *err) ZKL_MUST_USE;
int64_t zkl_env_now_ms(const zkl_env *env);
/* Seconds of a clock that only goes forward; only differences mean anything. */
double zkl_seconds(void);
/* ZKL_CANCELLED when the caller wants to stop. */
zkl_status zkl_env_progress(const zkl_env *env, const char *stage, uint64_t done, uint64_t total,
                            zkl_error *err) ZKL_MUST_USE;
