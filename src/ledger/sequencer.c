/* The writer that a service keeps open, and what its views are made of.
 *
 *      kept.writing      the kept writer, and everything that is committed
 *        └ kept.mutex    what was published: the handle's log, trust and head_fault
 *        └ signing       the signer
 *
 * Locks are taken in this order. */
#include "ledger/sequencer.h"

#include "base/bytes.h"
#include "keys/sign_record.h"
#include "ledger/ledger_internal.h"

static zkl_sequencing *of(zkl_ledger *handle)
{
    ZKL_ASSERT(handle->handle == handle);
    return &handle->kept.sequencing;
}

zkl_status zkl_sequencer_check(const zkl_sequencer *options, zkl_error *err)
{
    if (options->batch_entries > ZKL_SEQUENCER_BATCH_ENTRIES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a batch of %zu entries, at most %d",
                        options->batch_entries, ZKL_SEQUENCER_BATCH_ENTRIES_MAX);
    if (options->wait_us > ZKL_SEQUENCER_WAIT_US_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a batch that waits %u microseconds, at most %d",
                        options->wait_us, ZKL_SEQUENCER_WAIT_US_MAX);
    return ZKL_OK;
}

/* The signer is the writer's; nobody signs with it while this waits for the lock. */
static void set_signer(zkl_sequencing *s, const zkl_signer *signer)
{
    const int failed = pthread_rwlock_wrlock(&s->signing);
    ZKL_ASSERT(!failed);
    s->signer = signer;
    pthread_rwlock_unlock(&s->signing);
}

/* With kept.writing. */
static void close_kept(zkl_ledger *handle)
{
    zkl_sequencing *const s = of(handle);
    set_signer(s, NULL);
    zkl_ledger_close(s->writer);
    s->writer = NULL;
}

zkl_status zkl_sequencer_settle(zkl_ledger *handle, zkl_error *err)
{
    zkl_sequencing *const s = of(handle);
    if (s->is_doubtful || zkl_store_is_doubtful(handle->store))
        ZKL_TRY(zkl_store_recover(handle->store, err));
    s->is_doubtful = false;
    return ZKL_OK;
}

/* What `fresh` has read becomes what views are of. Only what can change is written, since handles
 * say the rest without a lock: the ledger's id, its powers. */
static zkl_status publish(zkl_ledger *handle, const zkl_ledger *fresh, zkl_error *err)
{
    zkl_trust trust;
    ZKL_ASSERT(zkl_digest_equal(&handle->trust.ledger, &fresh->trust.ledger));
    pthread_mutex_lock(&handle->kept.mutex);
    const zkl_status status = zkl_trust_copy(&trust, &handle->arena, &fresh->trust, 0, err);
    if (status == ZKL_OK) {
        handle->trust.log_keys = trust.log_keys;
        handle->trust.log_key_count = trust.log_key_count;
        handle->trust.signers = trust.signers;
        handle->trust.signer_count = trust.signer_count;
        handle->log = fresh->log;
        handle->head_fault = fresh->head_fault;
        atomic_fetch_add(&of(handle)->published, 1);
    }
    pthread_mutex_unlock(&handle->kept.mutex);
    return status;
}

/* With kept.writing: nothing is committed meanwhile. After a failure views are of what they were
 * of before. */
static zkl_status reread(zkl_ledger *handle, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) fresh = NULL;
    ZKL_TRY(zkl_ledger_view_from_store(&fresh, handle, err));
    return publish(handle, fresh, err);
}

/* With kept.writing. It may have signed a head that was left open, so that is published. */
static zkl_status open_kept(zkl_ledger *handle, const zkl_ledger_lock *lock, const zkl_env *env,
                            zkl_error *err)
{
    zkl_sequencing *const s = of(handle);
    ZKL_ASSERT(!s->writer && s->is_on);
    ZKL_TRY(zkl_ledger_writer_over(&s->writer, lock, env, err));
    s->writer->is_kept = true;
    s->writer->env = handle->env; /* the caller's ends with its operation */
    const zkl_status status = reread(handle, err);
    if (status != ZKL_OK) {
        close_kept(handle);
        return status;
    }
    set_signer(s, s->writer->signer);
    return ZKL_OK;
}

zkl_status zkl_sequencer_take(zkl_ledger **writer, zkl_ledger *handle, const zkl_env *env,
                              zkl_error *err)
{
    zkl_ledger_lock lock = { 0 };
    ZKL_TRY(zkl_ledger_lock_take(&lock, handle, env, err));
    ZKL_ASSERT(lock.store == handle->store); /* it is its own writer */
    const zkl_status status = of(handle)->writer ? ZKL_OK : open_kept(handle, &lock, env, err);
    if (status != ZKL_OK) {
        zkl_ledger_lock_clear(&lock);
        return status;
    }
    *writer = of(handle)->writer;
    zkl_ledger_invariant(*writer);
    return ZKL_OK; /* kept.writing stays taken, until it is given back */
}

void zkl_sequencer_give(zkl_ledger *writer, bool is_sound)
{
    zkl_ledger *const handle = writer->handle;
    zkl_ledger_lock lock = { .handle = handle, .store = handle->store };
    ZKL_ASSERT(writer == of(handle)->writer && !writer->batch_changes_keys);
    if (is_sound) {
        ZKL_ASSERT(!writer->batch.count);
        pthread_mutex_lock(&handle->kept.mutex);
        handle->log = writer->log;
        atomic_fetch_add(&of(handle)->published, 1);
        pthread_mutex_unlock(&handle->kept.mutex);
    } else {
        of(handle)->is_doubtful = true;
        close_kept(handle);
    }
    zkl_ledger_lock_clear(&lock);
}

bool zkl_sequencer_is_ready(zkl_ledger *handle)
{
    zkl_sequencing *const s = of(handle);
    if (!s->is_on)
        return false;
    const int failed = pthread_rwlock_rdlock(&s->signing);
    ZKL_ASSERT(!failed);
    const bool is_ready = s->signer != NULL;
    pthread_rwlock_unlock(&s->signing);
    return is_ready;
}

zkl_status zkl_sequencer_begin(zkl_ledger *handle, const zkl_sequencer *options, zkl_error *err)
{
    zkl_sequencing *const s = of(handle);
    zkl_ledger *writer = NULL;
    zkl_error none = { 0 };
    ZKL_ASSERT(!s->is_on);
    if (pthread_rwlock_init(&s->signing, NULL) != 0)
        return zkl_no_memory(err, sizeof s->signing);
    s->is_on = true;
    atomic_init(&s->published, 1);
    zkl_place_queue_limit(&handle->kept.queue,
                          options->batch_entries ? options->batch_entries
                                                 : ZKL_SEQUENCER_BATCH_ENTRIES,
                          options->wait_us);
    zkl_place_queue_watch(&handle->kept.queue, options->watch, options->opaque);
    if (zkl_sequencer_take(&writer, handle, handle->env, &none) == ZKL_OK)
        zkl_sequencer_give(writer, true);
    return none.status == ZKL_NO_MEMORY ? zkl_no_memory(err, 0) : ZKL_OK;
}

void zkl_sequencer_end(zkl_ledger *handle)
{
    if (handle->handle != handle || !handle->kept.sequencing.is_on)
        return;
    pthread_mutex_lock(&handle->kept.writing);
    close_kept(handle);
    pthread_mutex_unlock(&handle->kept.writing);
    pthread_rwlock_destroy(&of(handle)->signing);
    of(handle)->is_on = false;
}

void zkl_sequencer_rest(zkl_ledger *handle)
{
    if (of(handle)->is_on)
        close_kept(handle);
}

void zkl_sequencer_moved(zkl_ledger *handle)
{
    zkl_error why = { 0 };
    if (!of(handle)->is_on || reread(handle, &why) == ZKL_OK)
        return;
    /* The views go on with what was published before; the next writer reads and says it. */
    of(handle)->is_doubtful = true;
}

/* A store that failed and could not be opened again is tried again by those who read it, unless a
 * writer is at it. */
static void revive(zkl_ledger *handle)
{
    zkl_error none = { 0 };
    if (pthread_mutex_trylock(&handle->kept.writing) != 0)
        return;
    if (of(handle)->is_doubtful && zkl_sequencer_settle(handle, &none) == ZKL_OK)
        (void)reread(handle, &none); /* else its reading says so */
    pthread_mutex_unlock(&handle->kept.writing);
}

/* Both only grow, so their sum is the same only when both are. */
uint64_t zkl_sequencer_state(zkl_ledger *handle)
{
    zkl_sequencing *const s = of(handle);
    return s->is_on ? atomic_load(&s->published) + zkl_store_writes(handle->store) : 0;
}

zkl_status zkl_sequencer_view(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                              zkl_error *err)
{
    if (!zkl_sequencer_is_ready(handle))
        revive(handle);
    pthread_mutex_lock(&handle->kept.mutex);
    const zkl_status status = zkl_ledger_view_of(out, handle, env, err);
    pthread_mutex_unlock(&handle->kept.mutex);
    return status;
}

bool zkl_sequencer_sign(zkl_status *status, zkl_ledger *handle, zkl_buffer *envelope,
                        zkl_public_key *key, const zkl_entry *entry, zkl_error *err)
{
    zkl_sequencing *const s = of(handle);
    if (!s->is_on)
        return false;
    const int failed = pthread_rwlock_rdlock(&s->signing);
    ZKL_ASSERT(!failed);
    const zkl_signer *const signers[] = { s->signer };
    if (signers[0]) {
        *key = signers[0]->public_key;
        *status = zkl_entry_sign(envelope, entry, signers, ZKL_COUNT(signers), err);
    }
    pthread_rwlock_unlock(&s->signing);
    return signers[0] != NULL;
}
