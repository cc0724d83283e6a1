/* The thread that puts closed segments into the ledger, one after the other, and deletes those that
 * the rule of their class does not keep any longer.
 *
 *  1. A class's segments are logged in their order; while one cannot be, those behind it wait.
 *  2. Only a file that is as it was closed is deleted by rule.
 *  3. A file is removed when its deletion is in the ledger, never before. One that was left between
 *     the two is removed when the service starts again (audit.c).
 *  4. How old a file is, a steady clock says: one that is set while the service runs makes nothing
 *     old. One that was ahead at the start deletes nothing at once either, since nothing brings a
 *     file back: it has to run for a day first. So has one of a service that did not run for longer
 *     than that, which looks the same. What ran before is known by the segments' times. */
#include "daemon/audit_internal.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/jobs.h"
#include "daemon/say.h"
#include "daemon/steady.h"

#define DAY_MS INT64_C(86400000)
#define RETRY_SECONDS 5
#define LOOK_SECONDS 60
#define GAP_MS DAY_MS /* between two events */
#define BELIEVED_MS DAY_MS

char *audit_path(zkl_arena *memory, const char *folder, zkl_segment_class class, uint64_t number)
{
    char name[ZKL_SEGMENT_NAME_CHARS];
    zkl_segment_name(name, class, number);
    return zkl_arena_format(memory, "%s/%s", folder, name);
}

static void keep(audit_keeper *k, audit_kept *kept)
{
    const zkl_segment_class of = kept->segment.of;
    *k->kept_end[of] = kept;
    k->kept_end[of] = &kept->next;
}

/* ---- Into the ledger */

/* Memory first: what was logged is not logged again. */
static bool log_one(audit_keeper *k, const zkl_entry_segment *segment)
{
    zkl_error err;
    const zkl_digest *const parent = segment->number ? &k->last_receipt[segment->of] : NULL;
    audit_kept *const kept = zkl_calloc(1, sizeof *kept);
    if (!kept)
        return false;
    kept->segment = *segment;
    if (k->options.log(k->options.context, &kept->receipt_id, segment, parent, &err) != ZKL_OK) {
        zkl_free(kept);
        return false;
    }
    k->last_receipt[segment->of] = kept->receipt_id;
    keep(k, kept);
    return true;
}

/* All that waits, up to the first that cannot be logged. */
static bool log_waiting(audit_keeper *k)
{
    for (;;) {
        pthread_mutex_lock(&k->mutex);
        audit_closed *const c = k->first;
        pthread_mutex_unlock(&k->mutex);
        if (!c)
            return true;
        if (!log_one(k, &c->segment))
            return false;
        pthread_mutex_lock(&k->mutex);
        k->first = c->next;
        k->count--;
        if (!k->first)
            k->last = NULL;
        pthread_mutex_unlock(&k->mutex);
        zkl_free(c);
    }
}

/* ---- Deleted by rule */

/* Only what is as it was closed: else a file that was taken away or changed would be called deleted
 * by its rule. */
static bool is_as_closed(const char *path, const zkl_entry_segment *segment)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_digest sha256;
    if (zkl_file_read_regular(&file, path, ZKL_SEGMENT_BYTES_MAX, NULL) != ZKL_OK)
        return false;
    zkl_sha256(&sha256, file.data, file.size);
    return zkl_digest_equal(&sha256, &segment->sha256);
}

/* false: the ledger does not take it now. */
static bool delete_one(audit_keeper *k, const audit_kept *kept, uint32_t days, int64_t now_ms)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    zkl_entry_segment deletion = kept->segment;
    zkl_digest receipt;
    zkl_error err;
    const char *const path = audit_path(&memory, k->folder, kept->segment.of, kept->segment.number);
    if (!path)
        return false;
    if (!is_as_closed(path, &kept->segment))
        return true;
    deletion.deletion_days = days;
    deletion.deleted_ms = now_ms;
    if (k->options.log(k->options.context, &receipt, &deletion, &kept->receipt_id, &err) != ZKL_OK)
        return false;
    unlink(path); /* what stays is removed at the next start */
    return true;
}

static bool is_old(const audit_keeper *k, size_t class, int64_t now)
{
    const audit_kept *const kept = k->kept[class];
    return kept && now - kept->segment.ends_ms >= k->options.settings->days[class] * DAY_MS;
}

/* Invariant 4. */
static bool is_believed(audit_keeper *k, int64_t now)
{
    bool any_is_old = false;
    if (now - k->runs_from_ms >= BELIEVED_MS)
        return true;
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++)
        any_is_old |= is_old(k, c, now);
    if (any_is_old && !k->has_said_so)
        daemon_say(DAEMON_SAY_WARNING, "the clock went ahead, or the service did not run for a "
                                       "while: what is old in the audit log is deleted in a day");
    k->has_said_so |= any_is_old;
    return false;
}

static void delete_old(audit_keeper *k)
{
    const int64_t now = zkl_env_now_ms(k->options.ages);
    if (!is_believed(k, now))
        return;
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++) {
        const uint32_t days = k->options.settings->days[c];
        while (is_old(k, c, now)) {
            audit_kept *const kept = k->kept[c];
            if (!delete_one(k, kept, days, now))
                break;
            k->kept[c] = kept->next;
            if (!k->kept[c])
                k->kept_end[c] = &k->kept[c];
            zkl_free(kept);
        }
    }
}

/* ---- The thread */

static void wait_for_work(audit_keeper *k, bool is_behind)
{
    const uint64_t until =
        daemon_clock_ms() + 1000 * (uint64_t)(is_behind ? RETRY_SECONDS : LOOK_SECONDS);
    pthread_mutex_lock(&k->mutex);
    while (!k->ends && (is_behind || !k->first) &&
           daemon_steady_wait(&k->changed, &k->mutex, until)) {
    }
    pthread_mutex_unlock(&k->mutex);
}

static void *run(void *context)
{
    audit_keeper *const k = context;
    for (bool ends = false;;) {
        const bool is_behind = !log_waiting(k);
        delete_old(k);
        if (ends)
            return NULL;
        wait_for_work(k, is_behind);
        pthread_mutex_lock(&k->mutex);
        ends = k->ends; /* what came until then is tried once more */
        pthread_mutex_unlock(&k->mutex);
    }
}

void audit_keeper_init(audit_keeper *keeper)
{
    pthread_mutex_init(&keeper->mutex, NULL);
    daemon_steady_init(&keeper->changed);
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++)
        keeper->kept_end[c] = &keeper->kept[c];
}

/* ---- since when the clock runs */

typedef struct stretch {
    int64_t begins_ms, ends_ms;
} stretch;

static int by_begin(const void *a, const void *b)
{
    const int64_t x = ((const stretch *)a)->begins_ms, y = ((const stretch *)b)->begins_ms;
    return x < y ? -1 : x > y;
}

/* From the first event behind the last gap. Without memory: from now. */
static int64_t runs_from(const audit_keeper *k, const daemon_audit_options *options, int64_t now)
{
    size_t count = 0;
    stretch *const all = zkl_calloc(options->logged_count + k->count + 1, sizeof *all);
    if (!all)
        return now;
    for (size_t i = 0; i < options->logged_count; i++)
        all[count++] =
            (stretch){ options->logged[i].closed.begins_ms, options->logged[i].closed.ends_ms };
    for (const audit_closed *c = k->first; c; c = c->next)
        all[count++] = (stretch){ c->segment.begins_ms, c->segment.ends_ms };
    qsort(all, count, sizeof *all, by_begin);
    all[count] = (stretch){ now, now };
    int64_t from = all[0].begins_ms, last = all[0].ends_ms;
    for (size_t i = 1; i <= count; i++) {
        if (all[i].begins_ms - last > GAP_MS)
            from = all[i].begins_ms;
        last = all[i].ends_ms > last ? all[i].ends_ms : last;
    }
    zkl_free(all);
    return from < now ? from : now;
}

zkl_status audit_keeper_start(audit_keeper *keeper, const daemon_audit_options *options,
                              zkl_error *err)
{
    keeper->options = *options;
    keeper->folder = options->folder;
    keeper->runs_from_ms = runs_from(keeper, options, zkl_env_now_ms(options->ages));
    for (size_t i = 0; i < options->logged_count; i++) {
        const daemon_audit_segment *const s = &options->logged[i];
        keeper->last_receipt[s->closed.of] = s->receipt_id;
        audit_kept *const kept = s->is_deleted ? NULL : zkl_calloc(1, sizeof *kept);
        if (kept) {
            kept->segment = s->closed;
            kept->receipt_id = s->receipt_id;
            keep(keeper, kept);
        } else if (!s->is_deleted) {
            return zkl_no_memory(err, sizeof *kept);
        }
    }
    if (pthread_create(&keeper->thread, NULL, run, keeper) != 0)
        return zkl_fail(err, ZKL_LIMIT, "the system gives no thread for the audit log");
    keeper->is_started = true;
    return ZKL_OK;
}

void audit_keeper_add(audit_keeper *keeper, audit_closed *closed)
{
    pthread_mutex_lock(&keeper->mutex);
    closed->next = NULL;
    if (keeper->last)
        keeper->last->next = closed;
    else
        keeper->first = closed;
    keeper->last = closed;
    keeper->count++;
    pthread_cond_signal(&keeper->changed);
    pthread_mutex_unlock(&keeper->mutex);
}

size_t audit_keeper_waiting(audit_keeper *keeper)
{
    pthread_mutex_lock(&keeper->mutex);
    const size_t count = keeper->count;
    pthread_mutex_unlock(&keeper->mutex);
    return count;
}

void audit_keeper_stop(audit_keeper *keeper)
{
    if (keeper->is_started) {
        pthread_mutex_lock(&keeper->mutex);
        keeper->ends = true;
        pthread_cond_signal(&keeper->changed);
        pthread_mutex_unlock(&keeper->mutex);
        pthread_join(keeper->thread, NULL);
    }
    for (audit_closed *c = keeper->first, *next; c; c = next) {
        next = c->next;
        zkl_free(c);
    }
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++)
        for (audit_kept *kept = keeper->kept[c], *next; kept; kept = next) {
            next = kept->next;
            zkl_free(kept);
        }
    pthread_mutex_destroy(&keeper->mutex);
    pthread_cond_destroy(&keeper->changed);
}
