/* A ledger that is open: the handle, and what operations have of it: views, writers, walkers, and
 * what it keeps for them. */
#include "ledger/ledger_internal.h"

#include <string.h>

#include "keys/sign_record.h"

zkl_status zkl_ledger_open(zkl_ledger **out, const zkl_ledger_options *options, const zkl_env *env,
                           zkl_error *err)
{
    const zkl_ledger_opening how = { .folder = options->folder,
                                     .mode = ZKL_LEDGER_READ,
                                     .sequencer = options->sequencer,
                                     .state = options->state,
                                     .notice = options->notice };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(zkl_native_check(err));
    if (options->sequencer)
        ZKL_TRY(zkl_sequencer_check(options->sequencer, err));
    ZKL_TRY(zkl_ledger_open_as(&ledger, &how, env, err));
    ledger->kept.is_found = options->is_found;
    ledger->kept.has_setup_cache = options->setup_cache != NULL;
    ZKL_TRY(zkl_ledger_copy_path(ledger->kept.setup_cache,
                                 options->setup_cache ? options->setup_cache : "", err));
    if (options->passphrase)
        ZKL_TRY(zkl_ledger_set_passphrase(ledger, *options->passphrase, err));
    if (options->sequencer)
        ZKL_TRY(zkl_sequencer_begin(ledger, options->sequencer, err));
    *out = ledger;
    ledger = NULL;
    return ZKL_OK;
}

zkl_status zkl_ledger_set_passphrase(zkl_ledger *ledger, zkl_bytes passphrase, zkl_error *err)
{
    char *copy = zkl_secret_new(passphrase.size + 1);
    if (!copy)
        return zkl_no_memory(err, passphrase.size);
    if (passphrase.size)
        memcpy(copy, passphrase.data, passphrase.size);
    zkl_secret_free(ledger->kept.passphrase_text);
    ledger->kept.passphrase_text = copy;
    ledger->kept.passphrase = zkl_bytes_of(copy, passphrase.size);
    return ZKL_OK;
}

/* How an operation opens its own. */
static zkl_ledger_opening opening_of(const zkl_ledger *handle, zkl_ledger_mode mode)
{
    return (zkl_ledger_opening){ .folder = handle->folder,
                                 .mode = mode,
                                 .passphrase = zkl_ledger_passphrase(handle),
                                 .state = zkl_ledger_state(handle),
                                 .notice = handle->notice };
}

static zkl_status catch_up_store(zkl_store *store, zkl_error *err)
{
    return zkl_store_features(store) & ZKL_STORE_CATCH_UP ? zkl_store_catch_up(store, err) : ZKL_OK;
}

zkl_status zkl_ledger_view(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env, zkl_error *err)
{
    const zkl_ledger_opening how = opening_of(handle, ZKL_LEDGER_READ);
    zkl_ledger *view = NULL;
    ZKL_ASSERT(handle->handle == handle);
    if (handle->kept.sequencing.is_on)
        return zkl_sequencer_view(out, handle, env, err);
    pthread_mutex_lock(&handle->kept.mutex);
    zkl_status status = catch_up_store(handle->store, err);
    if (status == ZKL_OK)
        status =
            zkl_ledger_open_for(&view, handle->store, &how, handle, env ? env : handle->env, err);
    if (status == ZKL_OK) {
        view->borrows_store = true;
        view->config = handle->config;
        handle->kept.user_count++;
    }
    pthread_mutex_unlock(&handle->kept.mutex);
    *out = view;
    return status;
}

zkl_status zkl_ledger_view_of(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                              zkl_error *err)
{
    const zkl_ledger_opening how = opening_of(handle, ZKL_LEDGER_READ);
    zkl_ledger *view = NULL;
    ZKL_TRY(zkl_ledger_new(&view, handle->store, &how, handle, env ? env : handle->env, err));
    view->handle = handle;
    view->in_folder = handle->in_folder;
    view->borrows_store = true;
    view->config = handle->config;
    handle->kept.user_count++;
    *out = view;
    return ZKL_OK;
}

zkl_status zkl_ledger_view_from_store(zkl_ledger **out, zkl_ledger *handle, zkl_error *err)
{
    const zkl_ledger_opening how = opening_of(handle, ZKL_LEDGER_READ);
    ZKL_TRY(zkl_ledger_open_for(out, handle->store, &how, handle, handle->env, err));
    (*out)->borrows_store = true;
    pthread_mutex_lock(&handle->kept.mutex);
    handle->kept.user_count++;
    pthread_mutex_unlock(&handle->kept.mutex);
    return ZKL_OK;
}

/* Where a handle keeps its signers while no writer has them. A ledger in no folder (tests) was
 * given its own. */
static zkl_signer **home_of(zkl_ledger *handle, zkl_key_role role)
{
    if (role == ZKL_ROLE_LOG)
        return handle->in_folder ? &handle->kept.log_signer : &handle->log_signer;
    return handle->in_folder ? &handle->kept.signer : &handle->signer;
}

/* The signers go back to the handle: what was decrypted once, or has been rotated to, need not be
 * decrypted again. */
static void give_signers_back(zkl_ledger *writer)
{
    zkl_ledger *handle = writer->handle;
    zkl_signer **signer = home_of(handle, ZKL_ROLE_SIGNER), **log = home_of(handle, ZKL_ROLE_LOG);
    zkl_signer_close(*signer);
    zkl_signer_close(*log);
    *signer = writer->signer;
    *log = writer->log_signer;
    writer->signer = writer->log_signer = NULL;
}

/* The writer of a ledger that is in no folder: without key files, `head` and memory. */
static zkl_status open_writer_in_store(zkl_ledger **out, zkl_ledger *handle, zkl_store *store,
                                       const zkl_env *env, zkl_error *err)
{
    const zkl_ledger_opening how = opening_of(handle, ZKL_LEDGER_WRITE);
    zkl_ledger *writer = NULL;
    ZKL_ASSERT(handle->writable);
    ZKL_TRY(zkl_ledger_new(&writer, store, &how, NULL, env, err));
    const zkl_status status =
        zkl_log_sign_head(&writer->log, writer->origin, handle->log_signer, err);
    if (status != ZKL_OK) {
        writer->store = NULL; /* stays the caller's */
        zkl_ledger_close(writer);
        return status;
    }
    writer->handle = handle;
    writer->writable = true;
    writer->signer = handle->signer;
    writer->log_signer = handle->log_signer;
    handle->signer = handle->log_signer = NULL;
    *out = writer;
    return ZKL_OK;
}

static zkl_status open_writer(zkl_ledger **out, zkl_ledger *handle, zkl_store *store,
                              const zkl_env *env, zkl_error *err)
{
    const zkl_ledger_opening how = opening_of(handle, ZKL_LEDGER_WRITE);
    return handle->in_folder ? zkl_ledger_open_for(out, store, &how, handle, env, err)
                             : open_writer_in_store(out, handle, store, env, err);
}

/* Writers hold the lock for a moment only, so a moment is waited for by who would not wait. */
zkl_status zkl_ledger_lock_take(zkl_ledger_lock *lock, zkl_ledger *handle, const zkl_env *env,
                                zkl_error *err)
{
    zkl_env patient = env ? *env : *handle->env;
    zkl_store *store = NULL;
    ZKL_ASSERT(handle->handle == handle && !lock->handle);
    if (patient.wait_ms < ZKL_WRITER_WAIT_MS)
        patient.wait_ms = ZKL_WRITER_WAIT_MS;
    pthread_mutex_lock(&handle->kept.writing);
    zkl_status status = zkl_sequencer_settle(handle, err);
    if (status == ZKL_OK)
        status = zkl_store_lock(&store, handle->store, &patient, err);
    if (status != ZKL_OK) {
        pthread_mutex_unlock(&handle->kept.writing);
        return status;
    }
    *lock = (zkl_ledger_lock){ .handle = handle, .store = store };
    return ZKL_OK;
}

void zkl_ledger_lock_clear(zkl_ledger_lock *lock)
{
    if (!lock->handle)
        return;
    zkl_store_unlock(lock->handle->store, lock->store);
    pthread_mutex_unlock(&lock->handle->kept.writing);
    *lock = (zkl_ledger_lock){ 0 };
}

zkl_status zkl_ledger_writer_over(zkl_ledger **out, const zkl_ledger_lock *lock, const zkl_env *env,
                                  zkl_error *err)
{
    zkl_ledger *const handle = lock->handle;
    zkl_ledger *writer = NULL;
    ZKL_TRY(open_writer(&writer, handle, lock->store, env ? env : handle->env, err));
    writer->is_writer = true;
    writer->config = handle->config;
    pthread_mutex_lock(&handle->kept.mutex);
    handle->kept.user_count++;
    pthread_mutex_unlock(&handle->kept.mutex);
    *out = writer;
    return ZKL_OK;
}

/* The lock is the writer's from here on: zkl_ledger_close gives it back. */
zkl_status zkl_ledger_writer(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                             zkl_error *err)
{
    zkl_ledger_lock lock = { 0 };
    ZKL_TRY(zkl_ledger_lock_take(&lock, handle, env, err));
    /* Keys may change by this writer, which the sequencer's own would not know of. */
    zkl_sequencer_rest(handle);
    const zkl_status status = zkl_ledger_writer_over(out, &lock, env, err);
    if (status != ZKL_OK)
        zkl_ledger_lock_clear(&lock);
    return status;
}

zkl_status zkl_ledger_walker(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                             zkl_error *err)
{
    const zkl_ledger_opening how = opening_of(handle, ZKL_LEDGER_READ);
    ZKL_ASSERT(handle->handle == handle);
    ZKL_TRY(zkl_ledger_open_as(out, &how, env ? env : handle->env, err));
    pthread_mutex_lock(&handle->kept.mutex);
    (*out)->handle = handle;
    handle->kept.user_count++;
    pthread_mutex_unlock(&handle->kept.mutex);
    return ZKL_OK;
}

zkl_status zkl_ledger_sign_entry(zkl_ledger *handle, zkl_buffer *envelope, zkl_public_key *key,
                                 const zkl_entry *entry, zkl_error *err)
{
    zkl_status signed_already;
    ZKL_ASSERT(handle->handle == handle);
    if (zkl_sequencer_sign(&signed_already, handle, envelope, key, entry, err))
        return signed_already;
    pthread_mutex_lock(&handle->kept.writing); /* a writer that is open has the signers */
    const zkl_signer *const signers[] = { *home_of(handle, ZKL_ROLE_SIGNER) };
    if (signers[0])
        *key = signers[0]->public_key;
    const zkl_status status =
        signers[0] ? zkl_entry_sign(envelope, entry, signers, ZKL_COUNT(signers), err)
                   : zkl_fail(err, ZKL_USAGE, "the signer key is not open");
    pthread_mutex_unlock(&handle->kept.writing);
    return status;
}

/* The set-up outlives the operation, and keeps nothing of its env. */
zkl_status zkl_ledger_setup(zkl_ledger *ledger, zkl_setup **out, zkl_error *err)
{
    zkl_ledger_kept *kept = &ledger->handle->kept;
    zkl_status status = ZKL_OK;
    pthread_mutex_lock(&kept->setup_mutex);
    if (!kept->setup)
        status = zkl_setup_open(&kept->setup, zkl_ledger_setup_cache(ledger), &ledger->powers_hash,
                                ledger->env, err);
    *out = kept->setup;
    pthread_mutex_unlock(&kept->setup_mutex);
    return status;
}

void zkl_ledger_renew_setup(zkl_ledger *ledger)
{
    zkl_ledger_kept *kept = &ledger->handle->kept;
    pthread_mutex_lock(&kept->setup_mutex);
    if (kept->setup) {
        zkl_setup **grown = zkl_realloc(kept->retired, kept->retired_count * sizeof(zkl_setup *),
                                        (kept->retired_count + 1) * sizeof(zkl_setup *));
        if (grown) { /* without memory the old one stays: it says so when its key does not fit */
            kept->retired = grown;
            kept->retired[kept->retired_count++] = kept->setup;
            kept->setup = NULL;
        }
    }
    pthread_mutex_unlock(&kept->setup_mutex);
}

const zkl_env *zkl_ledger_env(const zkl_ledger *ledger)
{
    return ledger->env;
}

const zkl_bytes *zkl_ledger_passphrase(const zkl_ledger *ledger)
{
    const zkl_ledger_kept *kept = &ledger->handle->kept;
    return kept->passphrase_text ? &kept->passphrase : NULL;
}

const char *zkl_ledger_setup_cache(const zkl_ledger *ledger)
{
    const zkl_ledger_kept *kept = &ledger->handle->kept;
    return kept->has_setup_cache ? kept->setup_cache : NULL;
}

const char *zkl_ledger_state(const zkl_ledger *ledger)
{
    return ledger->state[0] ? ledger->state : NULL;
}

const zkl_notice *zkl_ledger_notice(const zkl_ledger *ledger)
{
    return &ledger->notice;
}

bool zkl_ledger_is_found(const zkl_ledger *ledger)
{
    return ledger->handle->kept.is_found;
}

/* ---- Closing */

static void leave_handle(zkl_ledger *ledger)
{
    zkl_ledger *handle = ledger->handle;
    if (handle == ledger)
        return;
    if (ledger->is_writer) {
        give_signers_back(ledger);
        if (!ledger->is_kept) {
            zkl_sequencer_moved(handle);
            pthread_mutex_unlock(&handle->kept.writing);
        }
    }
    pthread_mutex_lock(&handle->kept.mutex);
    handle->kept.user_count--;
    pthread_mutex_unlock(&handle->kept.mutex);
}

static void clear_kept(zkl_ledger_kept *kept)
{
    ZKL_ASSERT(!kept->user_count); /* operations return before their handle is closed */
    zkl_setup_close(kept->setup);
    for (size_t i = 0; i < kept->retired_count; i++)
        zkl_setup_close(kept->retired[i]);
    zkl_free(kept->retired);
    zkl_secret_free(kept->passphrase_text);
    zkl_signer_close(kept->signer);
    zkl_signer_close(kept->log_signer);
    zkl_owner_secret_close(kept->owner);
    zkl_place_queue_clear(&kept->queue);
    pthread_mutex_destroy(&kept->setup_mutex);
    pthread_mutex_destroy(&kept->writing);
    pthread_mutex_destroy(&kept->mutex);
}

void zkl_ledger_close(zkl_ledger *ledger)
{
    if (!ledger)
        return;
    zkl_sequencer_end(ledger);
    zkl_staged_clear(&ledger->staged);
    zkl_batch_clear(&ledger->batch);
    if (ledger->is_writer)
        zkl_store_unlock(ledger->handle->store, ledger->store);
    else if (!ledger->borrows_store)
        zkl_store_close(ledger->store);
    zkl_arena_clear(&ledger->arena);
    leave_handle(ledger);
    zkl_signer_close(ledger->signer);
    zkl_signer_close(ledger->log_signer);
    clear_kept(&ledger->kept);
    zkl_secret_free(ledger);
}
