#pragma once
/* Placing changes: the queue of a handle, and the critical section. Callers use ledger/change.h. */
#include <pthread.h>

#include "ledger/change.h"

/* A change in the queue of its handle; lives on the stack of the thread that places it. */
typedef struct zkl_place_ticket zkl_place_ticket;

typedef struct zkl_place_queue {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    zkl_place_ticket *first, **last; /* who waits to be placed */
    bool is_busy;                    /* one thread places for all it found waiting */
} zkl_place_queue;

zkl_status zkl_place_queue_init(zkl_place_queue *queue, zkl_error *err) ZKL_MUST_USE;
void zkl_place_queue_clear(zkl_place_queue *queue); /* nobody waits in it; all zeros is fine */
/* How many wait. The caller has the mutex. */
size_t zkl_place_waiting(const zkl_place_queue *queue);

/* As zkl_change_place has it. */
zkl_status zkl_place(zkl_ledger *handle, zkl_change *change, const zkl_env *env,
                     zkl_error *err) ZKL_MUST_USE;
