/* Placing changes: who places for whom, and what happens while the writer's lock is held.
 *
 * Threads of one process that come at once queue up. The first takes the lock, and then places
 * for all who wait by then, up to a batch. Those who are left, and who came meanwhile, are the next
 * batch, which the first of them places:
 *
 *      gather ─▶ queue ─▶ [ lock ─▶ take a batch ─▶ stage each ─▶ commit, sync ─▶ checkpoint ─▶
 *      unlock ] ─▶ wake those who are placed, and the one who places next
 *                            what came meanwhile is read here                       memory, head,
 *                            store
 *
 *  1. One thread of a handle is between the brackets (is_busy). Other processes are kept out by
 *     the lock.
 *  2. The queue is taken after the lock: who came while it was waited for is placed too.
 *  3. A change that cannot be staged is taken back whole, and only its thread is told.
 *  4. Every ticket that was taken is answered, exactly once, after the lock is given back.
 *  5. Who places is the first of the queue: it is in the batch that it takes. A thread is woken
 *     when it is placed or is to place, and not for others: there may be thousands. */
#include "ledger/place.h"

#include <string.h>
#include <time.h>

#include "ledger/ledger_internal.h"

/* How often a group is staged anew because the log moved between its checks and its commit. The
 * lock keeps others out, so this takes a store that is shared without one. */
#define TRIES_MAX 3

struct zkl_place_ticket {
    zkl_change *change;
    zkl_place_ticket *next;
    double came_s; /* zkl_seconds */
    zkl_status status;
    zkl_error error;
    bool is_staged, is_done;
    bool leads;           /* it places for all */
    pthread_cond_t woken; /* one of the two */
};

/* ---- The queue */

/* Waited for by a clock that nobody sets. */
static zkl_status init_condition(pthread_cond_t *condition, zkl_error *err)
{
    pthread_condattr_t how;
    if (pthread_condattr_init(&how) != 0)
        return zkl_no_memory(err, sizeof how);
    const bool is_made = pthread_condattr_setclock(&how, CLOCK_MONOTONIC) == 0 &&
                         pthread_cond_init(condition, &how) == 0;
    pthread_condattr_destroy(&how);
    return is_made ? ZKL_OK : zkl_no_memory(err, sizeof *condition);
}

/* All or nothing: a queue that failed needs no clearing. */
zkl_status zkl_place_queue_init(zkl_place_queue *queue, zkl_error *err)
{
    if (pthread_mutex_init(&queue->mutex, NULL) != 0)
        return zkl_no_memory(err, sizeof queue->mutex);
    const zkl_status status = init_condition(&queue->filled, err);
    if (status != ZKL_OK) {
        pthread_mutex_destroy(&queue->mutex);
        return status;
    }
    queue->first = NULL;
    queue->last = &queue->first;
    queue->is_busy = false;
    queue->entry_count = 0;
    queue->watch = NULL;
    zkl_place_queue_limit(queue, SIZE_MAX, 0);
    return ZKL_OK;
}

void zkl_place_queue_limit(zkl_place_queue *queue, size_t entries_max, uint32_t wait_us)
{
    ZKL_ASSERT(entries_max && !queue->first);
    queue->entries_max = entries_max;
    queue->wait_us = wait_us;
}

void zkl_place_queue_watch(zkl_place_queue *queue, zkl_batch_watch *watch, void *opaque)
{
    ZKL_ASSERT(!queue->first);
    queue->watch = watch;
    queue->opaque = opaque;
}

/* With its handle: whoever waits would wait for ever. */
void zkl_place_queue_clear(zkl_place_queue *queue)
{
    if (!queue->last)
        return;
    ZKL_ASSERT(!queue->first && !queue->is_busy);
    pthread_cond_destroy(&queue->filled);
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
    ticket->came_s = zkl_seconds();
    *queue->last = ticket;
    queue->last = &ticket->next;
    queue->entry_count += ticket->change->entry_count;
    if (queue->entry_count >= queue->entries_max)
        pthread_cond_signal(&queue->filled);
}

/* The first who wait, in the order in which they came: as many as a batch has room for, and one at
 * least. */
static zkl_place_ticket *take_batch(zkl_place_queue *queue)
{
    zkl_place_ticket *const first = queue->first;
    zkl_place_ticket **end = &queue->first;
    size_t count = 0;
    while (*end &&
           (end == &queue->first || (*end)->change->entry_count <= queue->entries_max - count)) {
        count += (*end)->change->entry_count;
        if (count > queue->entries_max)
            count = queue->entries_max; /* the first one is larger than a batch */
        queue->entry_count -= (*end)->change->entry_count;
        end = &(*end)->next;
    }
    zkl_place_ticket *const rest = *end;
    *end = NULL;
    queue->first = rest;
    if (!rest)
        queue->last = &queue->first;
    return first;
}

/* The first of a batch waits for others, if it is told to. */
static void wait_for_others(zkl_place_queue *queue)
{
    struct timespec until;
    if (!queue->wait_us)
        return;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const uint64_t ns = (uint64_t)until.tv_nsec + (uint64_t)queue->wait_us * 1000;
    until.tv_sec += (time_t)(ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    while (queue->entry_count < queue->entries_max &&
           pthread_cond_timedwait(&queue->filled, &queue->mutex, &until) == 0) {
    }
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
    queue->entry_count -= ticket->change->entry_count;
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
        status = zkl_ledger_stage_envelope(writer, e, &staged, err);
        ZKL_ASSERT(status != ZKL_OK || staged.index < writer->log.next.leaf_count);
        e->index = staged.index;
        e->receipt_id = staged.receipt_id;
    }
    if (status != ZKL_OK) {
        zkl_log_return_to(&writer->log, &mark);
        zkl_staged_forget(&writer->staged);
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

typedef struct place_outcome {
    bool moved; /* the log moved, nothing was recorded */
    bool fails; /* the store, the memory or `head` */
    double sync_s;
} place_outcome;

/* Stage and commit the tickets of a list, or only one of them. */
static void place_list(zkl_ledger *writer, zkl_place_ticket *first, const zkl_place_ticket *only,
                       place_outcome *outcome)
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
    outcome->moved = result.log_moved;
    outcome->sync_s += result.sync_s;
    /* Too large together, perhaps: none of them is to suffer from the others. */
    if (status != ZKL_OK && result.outcome == ZKL_STORE_NOTHING && !result.log_moved &&
        staged > 1) {
        for (zkl_place_ticket *t = first; t && !outcome->moved; t = t->next)
            if (t->is_staged)
                place_list(writer, t, t, outcome);
        return;
    }
    outcome->fails = outcome->fails || status != ZKL_OK;
    for (zkl_place_ticket *t = first; t; t = t->next)
        if (t->is_staged && (!only || t == only))
            answer(t, status, &err);
}

zkl_status zkl_place_writer(zkl_ledger **writer, zkl_ledger *handle, const zkl_env *env,
                            zkl_error *err)
{
    return handle->kept.sequencing.is_on ? zkl_sequencer_take(writer, handle, env, err)
                                         : zkl_ledger_writer(writer, handle, env, err);
}

void zkl_place_writer_done(zkl_ledger *writer, bool is_sound)
{
    if (writer->is_kept)
        zkl_sequencer_give(writer, is_sound);
    else
        zkl_ledger_close(writer);
}

static uint64_t us_since(double from_s, double to_s)
{
    return to_s > from_s ? (uint64_t)((to_s - from_s) * 1e6) : 0;
}

/* Those who placed are not woken yet: what is measured is what they waited for. */
static void tell_watch(const zkl_place_queue *queue, const zkl_place_ticket *first, double taken_s,
                       const place_outcome *outcome)
{
    zkl_batch_told told = { .wait_us = us_since(first->came_s, taken_s),
                            .commit_us = us_since(taken_s, zkl_seconds()),
                            .sync_us = us_since(0, outcome->sync_s),
                            .status = outcome->moved   ? ZKL_CONFLICT
                                      : outcome->fails ? ZKL_IO
                                                       : ZKL_OK };
    for (const zkl_place_ticket *t = first; t; t = t->next)
        told.entry_count += t->change->entry_count;
    if (queue->watch)
        queue->watch(queue->opaque, &told);
}

/* Who came with *first, in the handle's queue, and the lock held meanwhile. */
static zkl_status place_waiting(zkl_place_ticket **first, zkl_ledger *handle, const zkl_env *env,
                                zkl_error *err)
{
    zkl_place_queue *queue = &handle->kept.queue;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        zkl_ledger *writer = NULL;
        place_outcome outcome = { 0 };
        ZKL_TRY(zkl_place_writer(&writer, handle, env, err));
        if (!*first) {
            lock_queue(queue);
            wait_for_others(queue);
            *first = take_batch(queue);
            unlock_queue(queue);
        }
        const double taken_s = zkl_seconds();
        place_list(writer, *first, NULL, &outcome);
        zkl_place_writer_done(writer, !outcome.moved && !outcome.fails);
        tell_watch(queue, *first, taken_s, &outcome);
        if (!outcome.moved)
            return ZKL_OK;
    }
    ZKL_ASSERT(*first);
    return ZKL_OK; /* each of them has been told that the log moved */
}

/* With the queue's mutex: place a batch with `own` in it, and leave the rest to the next. */
static void lead(zkl_ledger *handle, zkl_place_ticket *own, const zkl_env *env)
{
    zkl_place_queue *queue = &handle->kept.queue;
    zkl_place_ticket *taken = NULL;
    zkl_error fault = { 0 };
    ZKL_ASSERT(queue->is_busy && queue->first == own);
    unlock_queue(queue);
    const zkl_status status = place_waiting(&taken, handle, env, &fault);
    lock_queue(queue);
    /* Without the lock nobody was taken: the others try for themselves, with their own
     * patience. */
    if (!taken) {
        remove_ticket(queue, own);
        answer(own, status, &fault);
        own->is_done = true;
    }
    for (zkl_place_ticket *t = taken, *next; t; t = next) {
        next = t->next;       /* it goes as soon as its thread has the mutex */
        if (status != ZKL_OK) /* the second try did not get the lock */
            answer(t, status, &fault);
        t->is_done = true;
        if (t != own)
            pthread_cond_signal(&t->woken);
    }
    queue->is_busy = queue->first != NULL;
    if (queue->first) {
        queue->first->leads = true;
        pthread_cond_signal(&queue->first->woken);
    }
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
    ZKL_TRY(init_condition(&own.woken, err));

    lock_queue(queue);
    append(queue, &own);
    own.leads = !queue->is_busy;
    queue->is_busy = true;
    while (!own.leads && !own.is_done)
        pthread_cond_wait(&own.woken, &queue->mutex);
    if (!own.is_done)
        lead(handle, &own, &patient);
    ZKL_ASSERT(own.is_done);
    unlock_queue(queue);
    pthread_cond_destroy(&own.woken);
    if (own.status != ZKL_OK && err)
        *err = own.error;
    return own.status;
}
