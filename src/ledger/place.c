/* Placing changes: who places for whom, and what happens while the writer's lock is held.
 *
 * Threads of one process that come at once queue up. The first takes the lock, and then places
 * for all who wait by then:
 *
 *      gather ─▶ queue ─▶ [ lock ─▶ take the queue ─▶ stage each ─▶ commit, sync ─▶ checkpoint ─▶
 *      unlock ] ─▶ wake all
 *                            what came meanwhile is read here                       memory, head,
 *                            store
 *
 *  1. One thread of a handle is between the brackets (is_busy). Other processes are kept out by
 *     the lock.
 *  2. The queue is taken after the lock: who came while it was waited for is placed too.
 *  3. A change that cannot be staged is taken back whole, and only its thread is told.
 *  4. Every ticket that was taken is answered, exactly once, after the lock is given back. */
#include "ledger/place.h"

#include <string.h>

#include "ledger/ledger_internal.h"

/* How often a group is staged anew because the log moved between its checks and its commit. The
 * lock keeps others out, so this takes a store that is shared without one. */
#define TRIES_MAX 3

struct zkl_place_ticket {
    zkl_change *change;
    zkl_place_ticket *next;
    zkl_status status;
    zkl_error error;
    bool is_staged, is_done;
};

/* ---- The queue */

/* All or nothing: a queue that failed needs no clearing. */
zkl_status zkl_place_queue_init(zkl_place_queue *queue, zkl_error *err)
{
    if (pthread_mutex_init(&queue->mutex, NULL) != 0)
        return zkl_no_memory(err, sizeof queue->mutex);
    if (pthread_cond_init(&queue->changed, NULL) != 0) {
        pthread_mutex_destroy(&queue->mutex);
        return zkl_no_memory(err, sizeof queue->changed);
    }
    queue->first = NULL;
    queue->last = &queue->first;
    queue->is_busy = false;
    return ZKL_OK;
}

/* With its handle: whoever waits would wait for ever. */
void zkl_place_queue_clear(zkl_place_queue *queue)
{
    if (!queue->last)
        return;
    ZKL_ASSERT(!queue->first && !queue->is_busy);
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->mutex);
    queue->last = NULL;
}

/* A mutex fails only when it is misused. */
static void lock_queue(zkl_place_queue *queue)
{
    const int failed = pthread_mutex_lock(&queue->mutex);
    ZKL_ASSERT(!failed);
}

static void unlock_queue(zkl_place_queue *queue)
{
    const int failed = pthread_mutex_unlock(&queue->mutex);
    ZKL_ASSERT(!failed);
}

/* At the end: who came first is placed first. */
static void append(zkl_place_queue *queue, zkl_place_ticket *ticket)
{
    ZKL_ASSERT(!ticket->next && !ticket->is_done); /* a ticket queues once */
    *queue->last = ticket;
    queue->last = &ticket->next;
}

/* All who wait, in the order in which they came. */
static zkl_place_ticket *take_all(zkl_place_queue *queue)
{
    zkl_place_ticket *first = queue->first;
    queue->first = NULL;
    queue->last = &queue->first;
    return first;
}

size_t zkl_place_waiting(const zkl_place_queue *queue)
{
    size_t count = 0;
    for (const zkl_place_ticket *t = queue->first; t; t = t->next)
        count++;
    return count;
}

/* Of a thread that did not get the lock: the others keep their places. */
static void remove_ticket(zkl_place_queue *queue, const zkl_place_ticket *ticket)
{
    zkl_place_ticket **at = &queue->first;
    while (*at != ticket) {
        ZKL_ASSERT(*at);
        at = &(*at)->next;
    }
    *at = ticket->next;
    if (!*at)
        queue->last = at;
}

/* ---- The critical section */

/* What is staged stands behind the writer's log: all of the change, or (ZKL_OK no more) nothing
 * of it. */
static zkl_status stage_change(zkl_ledger *writer, zkl_change *change, zkl_error *err)
{
    ZKL_ASSERT(writer->writable && change->handle);
    const zkl_log_mark mark = zkl_log_marked(&writer->log);
    const size_t change_count = writer->batch.count;
    change->is_late = change->seen_size && change->seen_size != writer->log.next.leaf_count;
    if (change->is_late)
        return zkl_fail(err, ZKL_CONFLICT, "other entries were recorded meanwhile");
    zkl_status status = zkl_ledger_stage_values(writer, &change->values, err);
    for (size_t i = 0; status == ZKL_OK && i < change->entry_count; i++) {
        zkl_change_entry *e = &change->entries[i];
        zkl_staged staged = { 0 };
        status = zkl_ledger_stage_envelope(writer, e->envelope, e->unless_there, &staged, err);
        ZKL_ASSERT(status != ZKL_OK || staged.index < writer->log.next.leaf_count);
        e->index = staged.index;
        e->receipt_id = staged.receipt_id;
    }
    if (status != ZKL_OK) {
        zkl_log_return_to(&writer->log, &mark);
        zkl_batch_truncate(&writer->batch, change_count);
    }
    return status;
}

/* For the thread whose ticket it is. It reads this after is_done, with the queue's mutex. */
static void answer(zkl_place_ticket *ticket, zkl_status status, const zkl_error *error)
{
    ZKL_ASSERT(!ticket->is_done); /* invariant 4: what was answered is not answered again */
    ticket->status = status;
    if (status != ZKL_OK)
        ticket->error = *error;
}

/* Stage and commit the tickets of a list, or only one of them. *moved: the log moved, nothing
 * was recorded. */
static void place_list(zkl_ledger *writer, zkl_place_ticket *first, const zkl_place_ticket *only,
                       bool *moved)
{
    zkl_commit_result result = { 0 };
    zkl_error err = { 0 };
    size_t staged = 0;
    for (zkl_place_ticket *t = first; t; t = t->next) {
        if (only && t != only)
            continue;
        zkl_error fault = { 0 };
        const zkl_status status = stage_change(writer, t->change, &fault);
        answer(t, status, &fault);
        t->is_staged = status == ZKL_OK;
        staged += t->is_staged;
    }
    if (!staged)
        return;
    const zkl_status status = zkl_ledger_commit_staged(writer, &result, &err);
    *moved = result.log_moved;
    /* Too large together, perhaps: none of them is to suffer from the others. */
    if (status != ZKL_OK && result.outcome == ZKL_STORE_NOTHING && !result.log_moved &&
        staged > 1) {
        for (zkl_place_ticket *t = first; t && !*moved; t = t->next)
            if (t->is_staged)
                place_list(writer, t, t, moved);
        return;
    }
    for (zkl_place_ticket *t = first; t; t = t->next)
        if (t->is_staged && (!only || t == only))
            answer(t, status, &err);
}

/* Who came with *first, in the handle's queue, and the lock held meanwhile. */
static zkl_status place_waiting(zkl_place_ticket **first, zkl_ledger *handle, const zkl_env *env,
                                zkl_error *err)
{
    zkl_place_queue *queue = &handle->kept.queue;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
        bool moved = false;
        ZKL_TRY(zkl_ledger_writer(&writer, handle, env, err));
        if (!*first) {
            lock_queue(queue);
            *first = take_all(queue);
            unlock_queue(queue);
        }
        place_list(writer, *first, NULL, &moved);
        if (!moved)
            return ZKL_OK;
    }
    ZKL_ASSERT(*first);
    return ZKL_OK; /* each of them has been told that the log moved */
}

/* Wait for somebody who places for this thread, or be the one who places for all: the drawing at
 * the top. */
zkl_status zkl_place(zkl_ledger *handle, zkl_change *change, const zkl_env *env, zkl_error *err)
{
    zkl_place_queue *queue = &handle->kept.queue;
    zkl_place_ticket own = { .change = change };
    zkl_env patient = *env;
    if (patient.wait_ms < ZKL_PLACE_WAIT_MS)
        patient.wait_ms = ZKL_PLACE_WAIT_MS;

    /* Either somebody places for this thread, or it is the one who places for all. */
    lock_queue(queue);
    append(queue, &own);
    while (queue->is_busy && !own.is_done)
        pthread_cond_wait(&queue->changed, &queue->mutex);
    if (!own.is_done) {
        zkl_place_ticket *taken = NULL;
        zkl_error fault = { 0 };
        queue->is_busy = true;
        unlock_queue(queue);
        const zkl_status status = place_waiting(&taken, handle, &patient, &fault);
        lock_queue(queue);
        /* Without the lock nobody was taken: the others try for themselves, with their own
         * patience. */
        if (!taken) {
            remove_ticket(queue, &own);
            answer(&own, status, &fault);
        }
        for (zkl_place_ticket *t = taken; t; t = t->next) {
            if (status != ZKL_OK) /* the second try did not get the lock */
                answer(t, status, &fault);
            t->is_done = true;
        }
        queue->is_busy = false;
        pthread_cond_broadcast(&queue->changed);
    }
    ZKL_ASSERT(own.is_done || own.status != ZKL_OK);
    unlock_queue(queue);
    if (own.status != ZKL_OK && err)
        *err = own.error;
    return own.status;
}
