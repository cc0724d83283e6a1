#pragma once
/* Timing for the benches: clocks, and sorted times. bench_print runs, and prints unit, size, set,
 * least and median time in milliseconds of `runs` runs. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BENCH_RUNS_MAX 101

typedef struct bench_time {
    double least_ms, median_ms;
} bench_time;

static inline double bench_clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static inline double bench_now_ms(void)
{
    return bench_clock_ns(CLOCK_MONOTONIC) / 1e6;
}

/* Of the processor, all threads together. */
static inline double bench_processor_s(void)
{
    return bench_clock_ns(CLOCK_PROCESS_CPUTIME_ID) / 1e9;
}

typedef struct bench_instant {
    double wall_s, processor_s;
} bench_instant;

static inline bench_instant bench_instant_now(void)
{
    return (bench_instant){ bench_clock_ns(CLOCK_MONOTONIC) / 1e9, bench_processor_s() };
}

static inline bench_instant bench_since(bench_instant start)
{
    const bench_instant end = bench_instant_now();
    return (bench_instant){ end.wall_s - start.wall_s, end.processor_s - start.processor_s };
}

static inline int bench_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Least first. */
static inline void bench_sort(double *times, size_t count)
{
    qsort(times, count, sizeof *times, bench_compare);
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
    bench_sort(ms, (size_t)runs);
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
