#pragma once
/* Placing changes: the queue of a handle, and the critical section. Callers use ledger/change.h. */
#include <pthread.h>

#include <zkl/ledger.h>

#include "ledger/change.h"

/* A change in the queue of its handle; lives on the stack of the thread that places it. */
typedef struct zkl_place_ticket zkl_place_ticket;

typedef struct zkl_place_queue {
    pthread_mutex_t mutex;
    zkl_place_ticket *first, **last; /* who waits to be placed */
    bool is_busy;                    /* one thread places for all it found waiting */
    size_t entry_count;              /* of those who wait */
    size_t entries_max;              /* of a batch */
    uint32_t wait_us;                /* how long a batch waits until it has as many */
    pthread_cond_t filled;           /* it has */
    zkl_batch_watch *watch;          /* NULL: none */
    void *opaque;                    /* of it */
} zkl_place_queue;

zkl_status zkl_place_queue_init(zkl_place_queue *queue, zkl_error *err) ZKL_MUST_USE;
void zkl_place_queue_clear(zkl_place_queue *queue); /* nobody waits in it; all zeros is fine */
/* Before anybody waits. Otherwise batches have any size and wait for nobody. */
void zkl_place_queue_limit(zkl_place_queue *queue, size_t entries_max, uint32_t wait_us);
/* Before anybody waits. */
void zkl_place_queue_watch(zkl_place_queue *queue, zkl_batch_watch *watch, void *opaque);
/* How many wait. The caller has the mutex. */
size_t zkl_place_waiting(const zkl_place_queue *queue);

/* A writer to place with: the one that a sequencer keeps, or one that is opened. is_sound: nothing
 * failed but what was said to those whom it concerns. */
zkl_status zkl_place_writer(zkl_ledger **writer, zkl_ledger *handle, const zkl_env *env,
                            zkl_error *err) ZKL_MUST_USE;
void zkl_place_writer_done(zkl_ledger *writer, bool is_sound);

/* As zkl_change_place has it. */
zkl_status zkl_place(zkl_ledger *handle, zkl_change *change, const zkl_env *env,
                     zkl_error *err) ZKL_MUST_USE;
