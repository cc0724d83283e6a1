#pragma once
/* What takes too long for a loop and is too short for a job: a read of the store, a synced write.
 * A few threads do it in the order in which it came, and the answer goes back to the exchange's
 * loop. */
#include "http/server.h"

typedef struct daemon_aside daemon_aside;

/* The first member of what whoever asks keeps. */
typedef struct daemon_aside_task {
    daemon_aside *of; /* set by daemon_aside_add */
    http_exchange *exchange;
    /* On a thread of the aside, where nothing of the exchange is touched. */
    void (*work)(struct daemon_aside_task *task);
    /* On the exchange's loop; not called when its client is gone. */
    void (*answer)(struct daemon_aside_task *task, http_exchange *x);
    /* Last, on either; frees it. */
    void (*done)(struct daemon_aside_task *task);
} daemon_aside_task;

zkl_status daemon_aside_new(daemon_aside **out, size_t thread_count, zkl_error *err) ZKL_MUST_USE;
/* Does what waits, and ends. Before the server stops, whose exchanges they are. NULL is fine. */
void daemon_aside_stop(daemon_aside *aside);
/* After it has stopped. NULL is fine. */
void daemon_aside_free(daemon_aside *aside);
/* On the exchange's loop. ZKL_LIMIT: too much waits already. On failure the task stays the
 * caller's. */
zkl_status daemon_aside_add(daemon_aside *aside, daemon_aside_task *task,
                            zkl_error *err) ZKL_MUST_USE;
