/* Defaults of the environment that a caller lends: the system's randomness and clock, no progress.
 *
 * A member that is all zeros means the default, so a caller fills in only what it replaces. `env`
 * itself may be NULL. Randomness has no weaker source to fall back to: when the system gives none,
 * the operation ends. */
#include "base/env.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* getrandom without flags waits until the pool is seeded, once after boot, and never again. It may
 * give less than asked for large sizes or on a signal. */
static zkl_status fill_from_os(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    (void)opaque;
    ZKL_ASSERT(out || size == 0);
    while (size) {
        ssize_t got = getrandom(out, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return zkl_fail(err, ZKL_IO, "no randomness from the system: %s", strerror(errno));
        out += got;
        size -= (size_t)got;
    }
    return ZKL_OK;
}

/* Wall time, for what is written into entries. It may jump, so nothing measures durations with
 * it. */
static int64_t now_ms_of_os(void *opaque)
{
    (void)opaque;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

double zkl_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

const zkl_random zkl_random_os = { fill_from_os, NULL };
const zkl_clock zkl_clock_os = { now_ms_of_os, NULL };

zkl_status zkl_env_random(const zkl_env *env, void *out, size_t size, zkl_error *err)
{
    ZKL_ASSERT(out || size == 0);
    const zkl_random *random = env && env->random.fill ? &env->random : &zkl_random_os;
    return random->fill(random->opaque, out, size, err);
}

int64_t zkl_env_now_ms(const zkl_env *env)
{
    const zkl_clock *clock = env && env->clock.now_ms ? &env->clock : &zkl_clock_os;
    return clock->now_ms(clock->opaque);
}

/* On the calling thread, which is why tasks of a pool do not call it. */
zkl_status zkl_env_progress(const zkl_env *env, const char *stage, uint64_t done, uint64_t total,
                            zkl_error *err)
{
    ZKL_ASSERT(stage);
    if (env && env->progress.step && !env->progress.step(env->progress.opaque, stage, done, total))
        return zkl_fail(err, ZKL_CANCELLED, "cancelled during '%s'", stage);
    return ZKL_OK;
}
