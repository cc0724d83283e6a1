#pragma once
/* Timing for the benches: each prints unit, size, set, least and median time in milliseconds of
 * `runs` runs. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BENCH_RUNS_MAX 101

typedef struct bench_time {
    double least_ms, median_ms;
} bench_time;

static inline double bench_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static inline int bench_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline bench_time bench_print(const char *unit, size_t size, const char *set,
                                     void (*run)(void *), void *context, int runs)
{
    double ms[BENCH_RUNS_MAX];
    if (runs > BENCH_RUNS_MAX)
        runs = BENCH_RUNS_MAX;
    for (int i = 0; i < runs; i++) {
        const double start = bench_now_ms();
        run(context);
        ms[i] = bench_now_ms() - start;
    }
    qsort(ms, (size_t)runs, sizeof *ms, bench_compare);
    const bench_time time = { ms[0], ms[runs / 2] };
    printf("%-16s %8zu  %-12s %10.3f ms min %10.3f ms median (%d)\n", unit, size, set,
           time.least_ms, time.median_ms, runs);
    fflush(stdout);
    return time;
}

static inline void bench_print_ratio(const char *what, bench_time slow, bench_time fast)
{
    printf("%-16s ratio %.2f min, %.2f median\n", what, slow.least_ms / fast.least_ms,
           slow.median_ms / fast.median_ms);
}
