/* Paths of C2SP tlog-tiles, answered from the store.
 *
 *  1. Only what a checkpoint signed is shown: a head may be ahead of it for a moment.
 *  2. A moment of the log is a view with its newest checkpoint. Several threads read one at once;
 *     the last of them closes it when a newer one has taken its place.
 *  3. A tile that a moment has is the same in every later one: any moment that has it will do. */
#include "service/log_served.h"

#include <pthread.h>

#include "base/arena.h"
#include "ledger/cosigned.h"
#include "ledger/sequencer.h"
#include "log/tiles.h"
#include "service/service_internal.h"

#define KEPT_SECONDS 0.25

typedef struct moment {
    zkl_ledger *view;
    zkl_arena memory;
    zkl_bytes checkpoint; /* with the lines of its witnesses */
    uint64_t size;
    double taken;
    size_t users; /* under the reader's mutex */
} moment;

struct service_log_reader {
    zkl_ledger *ledger;
    const zkl_env *env;
    pthread_mutex_t mutex;
    moment *newest; /* counts as a user; NULL: none was taken yet */
};

/* ---- moments */

static void moment_free(moment *m)
{
    zkl_ledger_close(m->view);
    zkl_arena_clear(&m->memory);
    zkl_free(m);
}

static zkl_status take_checkpoint(moment *m, zkl_error *err)
{
    zkl_checkpoint latest;
    zkl_cosigned_checkpoint cosigned = { 0 };
    zkl_error why = { 0 };
    ZKL_TRY(zkl_log_checkpoint_within(zkl_ledger_log(m->view), &m->checkpoint, &m->memory, err));
    ZKL_TRY(zkl_checkpoint_parse(&latest, &m->memory, m->checkpoint, err));
    m->size = latest.size;
    if (!latest.size)
        return ZKL_OK;
    const zkl_status status = zkl_cosigned_at(&cosigned, m->view, &m->memory, latest.size, &why);
    if (status == ZKL_OK)
        m->checkpoint = cosigned.note;
    return status == ZKL_OK || status == ZKL_NOT_FOUND ? ZKL_OK : zkl_fail_as(err, status, &why);
}

static zkl_status moment_take(moment **out, const service_log_reader *r, zkl_error *err)
{
    moment *const m = zkl_calloc(1, sizeof *m);
    if (!m)
        return zkl_no_memory(err, sizeof *m);
    m->taken = zkl_seconds();
    zkl_status status = service_open(&m->view, r->ledger, ZKL_LEDGER_READ, r->env, err);
    if (status == ZKL_OK)
        status = take_checkpoint(m, err);
    if (status != ZKL_OK) {
        moment_free(m);
        return status;
    }
    *out = m;
    return ZKL_OK;
}

/* With the mutex held. */
static void let_go(moment *m)
{
    ZKL_ASSERT(m->users);
    if (--m->users == 0)
        moment_free(m);
}

/* One that is young enough; or, since it does not matter, any. Whoever comes while a new one is
 * taken waits for it. */
static zkl_status borrow(moment **out, service_log_reader *r, bool any_will_do, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    moment *next = NULL;
    pthread_mutex_lock(&r->mutex);
    if (!r->newest || (!any_will_do && zkl_seconds() - r->newest->taken > KEPT_SECONDS))
        status = moment_take(&next, r, err);
    if (next) {
        if (r->newest)
            let_go(r->newest);
        r->newest = next;
        next->users = 1;
    }
    if (status == ZKL_OK) {
        *out = r->newest;
        r->newest->users++;
    }
    pthread_mutex_unlock(&r->mutex);
    return status;
}

static void give_back(service_log_reader *r, moment *m)
{
    pthread_mutex_lock(&r->mutex);
    let_go(m);
    pthread_mutex_unlock(&r->mutex);
}

/* ---- reading */

uint64_t service_log_state(zkl_ledger *ledger)
{
    return zkl_sequencer_state(ledger);
}

zkl_status service_log_reader_new(service_log_reader **out, zkl_ledger *ledger, const zkl_env *env,
                                  zkl_error *err)
{
    service_log_reader *const r = zkl_calloc(1, sizeof *r);
    if (!r)
        return zkl_no_memory(err, sizeof *r);
    *r = (service_log_reader){ .ledger = ledger, .env = env };
    pthread_mutex_init(&r->mutex, NULL);
    *out = r;
    return ZKL_OK;
}

void service_log_reader_free(service_log_reader *reader)
{
    if (!reader)
        return;
    ZKL_ASSERT(!reader->newest || reader->newest->users == 1);
    if (reader->newest)
        let_go(reader->newest);
    pthread_mutex_destroy(&reader->mutex);
    zkl_free(reader);
}

static zkl_status read_tile(zkl_buffer *out, service_log_reader *r, const zkl_tile_name *tile,
                            bool any_will_do, zkl_error *err)
{
    moment *m;
    ZKL_TRY(borrow(&m, r, any_will_do, err));
    const zkl_status status = zkl_tile_put(out, zkl_ledger_log(m->view), m->size, tile, err);
    give_back(r, m);
    return status;
}

static zkl_status read_checkpoint(zkl_buffer *out, service_log_reader *r, zkl_error *err)
{
    moment *m;
    ZKL_TRY(borrow(&m, r, false, err));
    zkl_buffer_put(out, m->checkpoint.data, m->checkpoint.size);
    give_back(r, m);
    return zkl_buffer_status(out, err);
}

zkl_status service_log_read(zkl_buffer *out, service_log_reader *reader, zkl_bytes path,
                            zkl_error *err)
{
    zkl_tile_name tile;
    if (zkl_bytes_equal_text(path, "checkpoint"))
        return read_checkpoint(out, reader, err);
    if (!zkl_tile_path_parse(&tile, path))
        return zkl_fail(err, ZKL_NOT_FOUND, "a log has nothing under this path");
    const size_t before = out->size;
    const zkl_status status = read_tile(out, reader, &tile, true, err);
    if (status != ZKL_NOT_FOUND)
        return status;
    out->size = before; /* a damaged store can fail in the middle */
    return read_tile(out, reader, &tile, false, err);
}
