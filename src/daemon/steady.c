/* Conditions and ages of the monotonic clock. */
#include "daemon/steady.h"

#include <time.h>

#include "base/env.h"
#include "base/memory.h"
#include "daemon/jobs.h"

void daemon_steady_init(pthread_cond_t *condition)
{
    pthread_condattr_t how;
    pthread_condattr_init(&how);
    const int failed = pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
    ZKL_ASSERT(!failed); /* every Linux has it */
    pthread_cond_init(condition, &how);
    pthread_condattr_destroy(&how);
}

bool daemon_steady_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t until_ms)
{
    const struct timespec until = { .tv_sec = (time_t)(until_ms / 1000),
                                    .tv_nsec = (long)(until_ms % 1000) * 1000000 };
    return until_ms == UINT64_MAX ? pthread_cond_wait(condition, mutex) == 0
                                  : pthread_cond_timedwait(condition, mutex, &until) == 0;
}

static int64_t steady_now(void *opaque)
{
    return (int64_t)daemon_clock_ms() + ((const daemon_steady *)opaque)->ahead_ms;
}

zkl_clock daemon_steady_clock(daemon_steady *base, const zkl_env *env)
{
    base->ahead_ms = zkl_env_now_ms(env) - (int64_t)daemon_clock_ms();
    return (zkl_clock){ steady_now, base };
}
