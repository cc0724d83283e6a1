/* Preloaded by audit_log_long.sh: the wall clock is ZKL_CLOCK_HOURS ahead. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *out)
{
    static int (*real)(clockid_t, struct timespec *);
    const char *hours = getenv("ZKL_CLOCK_HOURS");
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    const int result = real(clock, out);
    if (result == 0 && clock == CLOCK_REALTIME && hours)
        out->tv_sec += 3600 * strtol(hours, NULL, 10);
    return result;
}
