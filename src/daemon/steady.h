#pragma once
/* Waiting by the clock that only goes forward (daemon_clock_ms): nobody sets it. */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <zkl/env.h>

void daemon_steady_init(pthread_cond_t *condition);
/* With the mutex held: until it is signalled, or that time is there (UINT64_MAX: never). false: the
 * time is there. */
bool daemon_steady_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t until_ms);

/* A wall clock for how old things are: what env's was when this was called, and from there on the
 * one that only goes forward. A clock that is set while a service runs makes nothing old, so
 * nothing is forgotten or deleted by it. base lives as long as the clock. */
typedef struct daemon_steady {
    int64_t ahead_ms;
} daemon_steady;
zkl_clock daemon_steady_clock(daemon_steady *base, const zkl_env *env);
