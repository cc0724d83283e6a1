#include "floor/count.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

_Thread_local uint64_t count_here[COUNT_KINDS];

static _Thread_local stage here;     /* the stage of this thread */
static _Thread_local uint64_t since; /* when it was entered */

static _Atomic uint64_t cpu_ns[STAGES], counts[STAGES][COUNT_KINDS];

uint64_t thread_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

stage stage_now(void)
{
    return here;
}

stage stage_enter(stage next)
{
    const stage last = here;
    if (next == last)
        return last;
    const uint64_t now = thread_cpu_ns();
    atomic_fetch_add(&cpu_ns[last], now - since);
    for (int kind = 0; kind < COUNT_KINDS; kind++) {
        atomic_fetch_add(&counts[last][kind], count_here[kind]);
        count_here[kind] = 0;
    }
    here = next;
    since = now;
    return last;
}

void stage_forget(void)
{
    memset(count_here, 0, sizeof count_here);
    since = thread_cpu_ns();
}

void stage_read(stage_totals *out, stage which)
{
    out->cpu_ns = atomic_load(&cpu_ns[which]);
    for (int kind = 0; kind < COUNT_KINDS; kind++)
        out->counts[kind] = atomic_load(&counts[which][kind]);
}
