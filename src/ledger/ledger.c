/* Opening a ledger: its state read and compared, its handle, and what it is. */
#include "ledger/ledger_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "verify/key_rules.h"
#include "keys/sign_record.h"
#include "ledger/leftovers.h"
#include "ledger/rotation.h"
#include "ledger/trust_record.h"

/* ---- Opening */

zkl_status zkl_ledger_get_own(zkl_ledger *ledger, zkl_bytes *value, const char *key, zkl_error *err)
{
    const zkl_status status =
        zkl_store_get(ledger->store, value, &ledger->arena, zkl_bytes_of_text(key), err);
    if (status == ZKL_NOT_FOUND)
        return zkl_fail(err, ZKL_REJECTED,
                        "the store is damaged: '%s' is missing (put a copy of the store back)",
                        key);
    return status;
}

static zkl_status read_trust(zkl_ledger *ledger, zkl_error *err)
{
    zkl_bytes bytes;
    ZKL_TRY(zkl_ledger_get_own(ledger, &bytes, ZKL_STORE_KEY_TRUST, err));
    return zkl_trust_record_open(&ledger->trust, &ledger->arena, bytes, err);
}

/* The entry that put a log key in, signed by that key and by the one before it, which the caller
 * has followed so far. */
static zkl_status check_log_key_entry(zkl_ledger *ledger, const zkl_trusted_log_key *key,
                                      zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    const uint64_t index = key->from - 1;
    ZKL_TRY(zkl_ledger_entry(ledger, &entry, &dsse, &arena, index, err));
    if (entry.kind != ZKL_ENTRY_KEY || entry.keys.role != ZKL_ROLE_LOG ||
        !zkl_public_key_equal(&entry.keys.key, &key->key.public_key) ||
        !zkl_digest_equal(&entry.ledger, &ledger->trust.ledger))
        return zkl_fail(err, ZKL_REJECTED, "entry %llu does not put in the log key from %llu on",
                        (unsigned long long)index, (unsigned long long)key->from);
    return zkl_entry_check_signatures(&entry, &dsse, &ledger->trust, index, NULL, err);
}

/* The record's log keys lead from the first one, which the ledger's id is made of, to the one that
 * signed the record: each was put in by the one before. So a record cannot name a key of its own
 * making. Its keys may be in any order. */
static zkl_status follow_log_keys(zkl_ledger *ledger, zkl_error *err)
{
    const zkl_trust *t = &ledger->trust;
    uint64_t from = 0;
    for (size_t followed = 0; followed < t->log_key_count; followed++) {
        const zkl_trusted_log_key *key = zkl_trust_log_key_at(t, from);
        if (!key || key->from != from)
            return zkl_fail(err, ZKL_REJECTED, "no log key counts from entry %llu on",
                            (unsigned long long)from);
        if (!from && !zkl_verifier_key_equal(&key->key, &t->first_log_key))
            return zkl_fail(err, ZKL_REJECTED, "the log key of entry 0 is not the first log key");
        if (from)
            ZKL_TRY(check_log_key_entry(ledger, key, err));
        from = key->until;
    }
    return ZKL_OK;
}

static zkl_status check_trust_record(zkl_ledger *ledger, zkl_error *err)
{
    const zkl_status status = follow_log_keys(ledger, err);
    if (status == ZKL_NO_MEMORY || status == ZKL_IO)
        return status;
    if (status != ZKL_OK) /* an entry that is missing, damaged or by others: it is our own log */
        return zkl_wrap(err, ZKL_REJECTED, "the ledger's trust record");
    if (!zkl_digest_equal(&ledger->trust.powers_hash, &ledger->powers_hash))
        return zkl_fail(err, ZKL_REJECTED,
                        "the ledger's trust record names other powers of tau than the store holds");
    return ZKL_OK;
}

static zkl_status read_state(zkl_ledger *ledger, zkl_error *err)
{
    zkl_bytes origin;
    ZKL_TRY(zkl_ledger_get_own(ledger, &origin, ZKL_STORE_KEY_ORIGIN, err));
    ledger->origin = zkl_arena_text(&ledger->arena, (const char *)origin.data, origin.size);
    if (!ledger->origin)
        return zkl_no_memory(err, origin.size);
    ZKL_TRY(zkl_ledger_get_own(ledger, &ledger->powers, ZKL_STORE_KEY_POWERS, err));
    zkl_hash(&ledger->powers_hash, ZKL_HASH_SHA3_256, ledger->powers.data, ledger->powers.size);
    ZKL_TRY(read_trust(ledger, err));
    if (strcmp(ledger->origin, ledger->trust.first_log_key.name) != 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "the store is damaged: the log's origin is not its first key's name");
    ZKL_TRY(zkl_log_open(&ledger->log, ledger->store, err));
    if (!zkl_log_size(&ledger->log))
        return zkl_fail(err, ZKL_REJECTED,
                        "the store is damaged: the log lacks its entry 0 (put a copy of the store "
                        "back)");
    return check_trust_record(ledger, err);
}

zkl_head_place zkl_ledger_head_place(const zkl_ledger *ledger)
{
    return (zkl_head_place){ .folder = ledger->in_folder ? ledger->folder : NULL,
                             .state = ledger->state[0] ? ledger->state : NULL,
                             .first_log_key = &ledger->trust.first_log_key,
                             .notice = ledger->notice };
}

static zkl_status copy_path(char out[static ZKL_LEDGER_PATH_BYTES_MAX], const char *path,
                            zkl_error *err)
{
    if (strlen(path) >= ZKL_LEDGER_PATH_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' has more than %d bytes", path,
                        ZKL_LEDGER_PATH_BYTES_MAX - 1);
    memcpy(out, path, strlen(path) + 1);
    return ZKL_OK;
}

static zkl_status init_kept(zkl_ledger_kept *kept, zkl_error *err)
{
    if (pthread_mutex_init(&kept->mutex, NULL) != 0)
        return zkl_no_memory(err, sizeof kept->mutex);
    if (pthread_mutex_init(&kept->writing, NULL) != 0) {
        pthread_mutex_destroy(&kept->mutex);
        return zkl_no_memory(err, sizeof kept->writing);
    }
    if (pthread_mutex_init(&kept->setup_mutex, NULL) != 0) {
        pthread_mutex_destroy(&kept->writing);
        pthread_mutex_destroy(&kept->mutex);
        return zkl_no_memory(err, sizeof kept->setup_mutex);
    }
    const zkl_status status = zkl_place_queue_init(&kept->queue, err);
    if (status != ZKL_OK) {
        pthread_mutex_destroy(&kept->setup_mutex);
        pthread_mutex_destroy(&kept->writing);
        pthread_mutex_destroy(&kept->mutex);
    }
    return status;
}

/* What a sequencer's handle has published, for one of its views. Texts and powers are the handle's,
 * which outlives it; keys may be read anew there, so these are copied. */
static zkl_status copy_state(zkl_ledger *view, const zkl_ledger *handle, zkl_error *err)
{
    view->origin = handle->origin;
    view->powers = handle->powers;
    view->powers_hash = handle->powers_hash;
    view->log = handle->log;
    view->head_fault = handle->head_fault;
    return zkl_trust_copy(&view->trust, &view->arena, &handle->trust, 0, err);
}

/* Over a store, with its state read, or taken from `published` (NULL: from the store); nothing is
 * compared or signed yet. On failure the store stays the caller's. */
static zkl_status new_ledger(zkl_ledger **out, zkl_store *store, const zkl_ledger_opening *how,
                             const zkl_ledger *published, const zkl_env *env, zkl_error *err)
{
    static const zkl_env nothing_lent = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = zkl_secret_new(sizeof *ledger); /* it holds keys */
    if (!ledger)
        return zkl_no_memory(err, sizeof *ledger);
    ledger->handle = ledger;
    if (init_kept(&ledger->kept, err) != ZKL_OK) {
        zkl_secret_free(ledger);
        ledger = NULL;
        return ZKL_NO_MEMORY;
    }
    ZKL_TRY(copy_path(ledger->folder, how->folder, err));
    ZKL_TRY(copy_path(ledger->state, how->state ? how->state : "", err));
    zkl_config_default(&ledger->config, "ledger");
    ledger->env = env ? env : &nothing_lent;
    ledger->notice = how->notice;
    ledger->store = store;
    const zkl_status status =
        published ? copy_state(ledger, published, err) : read_state(ledger, err);
    if (status != ZKL_OK) {
        ledger->store = NULL;
        return status;
    }
    *out = ledger;
    ledger = NULL;
    return ZKL_OK;
}

zkl_status zkl_ledger_open_store(zkl_ledger **out, zkl_store *store, const char *folder,
                                 const zkl_keyfile *signer, const zkl_keyfile *log_key,
                                 const zkl_env *env, zkl_error *err)
{
    const zkl_ledger_opening how = { .folder = folder };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(new_ledger(&ledger, store, &how, NULL, env, err));
    if (signer && log_key) {
        ledger->writable = true;
        zkl_status status = zkl_signer_of_key(&ledger->signer, ZKL_ROLE_SIGNER, &signer->key, err);
        if (status == ZKL_OK)
            status = zkl_signer_of_key(&ledger->log_signer, ZKL_ROLE_LOG, &log_key->key, err);
        if (status == ZKL_OK)
            status = zkl_log_sign_head(&ledger->log, ledger->origin, ledger->log_signer, err);
        if (status != ZKL_OK) {
            ledger->store = NULL;
            return status;
        }
    }
    *out = ledger;
    ledger = NULL;
    return ZKL_OK;
}

zkl_status zkl_ledger_path(char out[static ZKL_LEDGER_PATH_BYTES_MAX], const char *folder,
                           const char *name, zkl_error *err)
{
    const int size = snprintf(out, ZKL_LEDGER_PATH_BYTES_MAX, "%s/%s", folder, name);
    if (size < 0 || size >= ZKL_LEDGER_PATH_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", folder);
    return ZKL_OK;
}

static zkl_status read_config(zkl_config *out, const char *folder, zkl_error *err)
{
    char path[ZKL_LEDGER_PATH_BYTES_MAX];
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_TRY(zkl_ledger_path(path, folder, ZKL_CONFIG_FILE, err));
    const zkl_status status = zkl_file_read(&text, path, ZKL_CONFIG_BYTES_MAX, err);
    if (status == ZKL_NOT_FOUND)
        return zkl_fail_hint(err, ZKL_NOT_FOUND, ZKL_HINT_MAKE_LEDGER, "there is no ledger in '%s'",
                             folder);
    ZKL_TRY(status);
    return zkl_config_parse(out, zkl_buffer_bytes(&text), path, err);
}

/* ---- Opening a folder */

static zkl_status check_head(zkl_ledger *ledger, zkl_error *err)
{
    const zkl_head_place place = zkl_ledger_head_place(ledger);
    return zkl_head_check(&place, &ledger->log, &ledger->trust, err);
}

static zkl_status read_log(zkl_ledger *ledger, zkl_error *err)
{
    ZKL_TRY(read_trust(ledger, err));
    ZKL_TRY(zkl_log_open(&ledger->log, ledger->store, err));
    return check_trust_record(ledger, err);
}

/* `head` and memory are looked at first, and then the store is read on: a service may publish
 * several times while this is done. */
static zkl_status check_head_anew(zkl_ledger *ledger, zkl_error *fault, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_head_seen) seen = { 0 };
    const zkl_head_place place = zkl_ledger_head_place(ledger);
    const zkl_status looked = zkl_head_look(&seen, &place, fault);
    ZKL_TRY(zkl_store_catch_up(ledger->store, err));
    ZKL_TRY(read_log(ledger, err));
    const zkl_status judged =
        looked == ZKL_OK ? zkl_head_judge(&seen, &place, &ledger->log, &ledger->trust, fault)
                         : looked;
    ZKL_ASSERT(judged == fault->status);
    return ZKL_OK;
}

/* A writer may have signed more since this reader opened the store: what it sees then counts. */
static zkl_status check_head_as_reader(zkl_ledger *ledger, zkl_error *err)
{
    zkl_error fault = { 0 };
    zkl_status status = check_head(ledger, &fault);
    if (status == ZKL_CONFLICT && zkl_store_features(ledger->store) & ZKL_STORE_CATCH_UP) {
        fault = (zkl_error){ 0 };
        ZKL_TRY(check_head_anew(ledger, &fault, err));
        status = fault.status;
    }
    if (status == ZKL_NO_MEMORY)
        return zkl_no_memory(err, 0);
    fault.status = status;
    ledger->head_fault = fault;
    return ZKL_OK;
}

zkl_status zkl_ledger_check_head(const zkl_ledger *ledger, zkl_error *err)
{
    const zkl_error *fault = &ledger->head_fault;
    return fault->status == ZKL_OK ? ZKL_OK : zkl_fail_as(err, fault->status, fault);
}

/* A head that has no checkpoint yet: by the log key that counts at its last entry, which may be one
 * that was just replaced. */
static zkl_status sign_open_head(zkl_ledger *ledger, const zkl_bytes *passphrase, zkl_error *err)
{
    char path[ZKL_ROTATION_PATH_BYTES_MAX];
    ZKL_AUTO_CLOSE(zkl_signer) signer = NULL;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_checkpoint latest = { 0 };
    zkl_bytes note;
    const zkl_head_place place = zkl_ledger_head_place(ledger);
    const uint64_t size = zkl_log_size(&ledger->log);
    const zkl_status status = zkl_log_checkpoint_latest(&ledger->log, &note, &arena, err);
    if (status == ZKL_OK)
        ZKL_TRY(zkl_checkpoint_parse(&latest, &arena, note, err));
    else if (status != ZKL_NOT_FOUND)
        return status;
    if (!size || latest.size == size)
        return ZKL_OK;
    const zkl_trusted_log_key *counts = zkl_trust_log_key_at(&ledger->trust, size - 1);
    if (!counts)
        return zkl_fail(err, ZKL_CONFLICT, "no log key counts at the log's last entry");
    if (zkl_rotation_find_key(path, ledger->folder, ZKL_ROLE_LOG, &counts->key.public_key, err) !=
        ZKL_OK)
        return zkl_wrap(err, ZKL_CONFLICT, "the log's last entry has no checkpoint yet");
    ZKL_TRY(zkl_signer_open_file(&signer, path, ZKL_ROLE_LOG, passphrase, err));
    return zkl_head_publish(&place, &ledger->log, &counts->key, signer, err);
}

/* A key file is decrypted once a handle, and again when it holds another key. The caller has
 * kept.writing. */
static zkl_status open_signer(zkl_signer **out, zkl_signer **kept, const char *path,
                              zkl_key_role role, const zkl_bytes *passphrase, zkl_error *err)
{
    zkl_keyfile_info info;
    ZKL_TRY(zkl_keyfile_load_info(&info, path, NULL, err));
    if (!*kept || !zkl_public_key_equal(&info.public_key, &(*kept)->public_key))
        return zkl_signer_open_file(out, path, role, passphrase, err);
    *out = *kept;
    *kept = NULL;
    return ZKL_OK;
}

/* Nothing is signed before both roles have the key that counts. */
static zkl_status settle_keys(zkl_ledger *ledger, const zkl_bytes *passphrase, zkl_error *err)
{
    static const zkl_key_role roles[] = { ZKL_ROLE_SIGNER, ZKL_ROLE_LOG };
    zkl_rotation rotations[ZKL_COUNT(roles)];
    for (size_t i = 0; i < ZKL_COUNT(roles); i++) {
        ZKL_TRY(zkl_rotation_look(&rotations[i], ledger->folder, roles[i], &ledger->trust,
                                  zkl_log_size(&ledger->log), err));
        if (rotations[i].state == ZKL_ROTATION_LOST)
            return zkl_rotation_settle(&rotations[i], err);
    }
    ZKL_TRY(sign_open_head(ledger, passphrase, err));
    for (size_t i = 0; i < ZKL_COUNT(roles); i++)
        ZKL_TRY(zkl_rotation_settle(&rotations[i], err));
    ZKL_TRY(open_signer(&ledger->signer, &ledger->handle->kept.signer, rotations[0].path, roles[0],
                        passphrase, err));
    return open_signer(&ledger->log_signer, &ledger->handle->kept.log_signer, rotations[1].path,
                       roles[1], passphrase, err);
}

static zkl_status start_writing(zkl_ledger *ledger, const zkl_bytes *passphrase, zkl_error *err)
{
    const zkl_head_place place = zkl_ledger_head_place(ledger);
    ZKL_TRY(check_head(ledger, err));
    ZKL_TRY(zkl_log_check_tail(&ledger->log, err));
    zkl_leftovers_sweep(ledger->folder);
    ZKL_TRY(zkl_head_mend(&place, &ledger->log, &ledger->trust, err));
    ZKL_TRY(settle_keys(ledger, passphrase, err));
    ledger->writable = true;
    return ZKL_OK;
}

/* handle: whose operation it is; NULL: it is a handle itself. */
static zkl_status open_over(zkl_ledger **out, zkl_store *store, const zkl_ledger_opening *how,
                            zkl_ledger *handle, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(new_ledger(&ledger, store, how, NULL, env, err));
    ledger->in_folder = handle ? handle->in_folder : true;
    if (handle)
        ledger->handle = handle;
    const zkl_status status = how->mode == ZKL_LEDGER_WRITE
                                  ? start_writing(ledger, how->passphrase, err)
                                  : check_head_as_reader(ledger, err);
    if (status != ZKL_OK) {
        ledger->store = NULL;    /* stays the caller's */
        ledger->handle = ledger; /* it never was one of its operations */
        return status;
    }
    *out = ledger;
    ledger = NULL;
    return ZKL_OK;
}

zkl_status zkl_ledger_open_over(zkl_ledger **out, zkl_store *store, const zkl_ledger_opening *how,
                                const zkl_env *env, zkl_error *err)
{
    return open_over(out, store, how, NULL, env, err);
}

zkl_status zkl_ledger_open_as(zkl_ledger **out, const zkl_ledger_opening *how, const zkl_env *env,
                              zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_store) store = NULL;
    zkl_ledger *ledger = NULL;
    zkl_config config;
    ZKL_TRY(read_config(&config, how->folder, err));
    const zkl_ledger_store_use use = { .read_only = how->mode == ZKL_LEDGER_READ && !how->sequencer,
                                       .cache_bytes =
                                           how->sequencer ? how->sequencer->cache_bytes : 0,
                                       .counts = how->sequencer,
                                       .shared = true,
                                       .env = env };
    ZKL_TRY(zkl_ledger_store_open(&store, how->folder, &config, &use, err));
    ZKL_TRY(zkl_ledger_open_over(&ledger, store, how, env, err));
    store = NULL;
    ledger->config = config;
    *out = ledger;
    return ZKL_OK;
}

/* ---- The handle, and what operations have of it */

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
    ZKL_TRY(
        copy_path(ledger->kept.setup_cache, options->setup_cache ? options->setup_cache : "", err));
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
        status = open_over(&view, handle->store, &how, handle, env ? env : handle->env, err);
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
    ZKL_TRY(new_ledger(&view, handle->store, &how, handle, env ? env : handle->env, err));
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
    ZKL_TRY(open_over(out, handle->store, &how, handle, handle->env, err));
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
    ZKL_TRY(new_ledger(&writer, store, &how, NULL, env, err));
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
    return handle->in_folder ? open_over(out, store, &how, handle, env, err)
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

/* The newest checkpoint in the store, with what is remembered of its ledger. */
static zkl_status newest_inside(zkl_remembered *out, zkl_arena *arena,
                                const zkl_ledger_opening *how, const zkl_env *env, zkl_error *err)
{
    const zkl_ledger_opening reading = { .folder = how->folder, .state = how->state };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_remembered memory;
    zkl_checkpoint checkpoint;
    zkl_bytes note;
    zkl_error none = { 0 };
    ZKL_TRY(zkl_ledger_open_as(&ledger, &reading, env, err));
    ZKL_TRY(zkl_log_checkpoint_latest(&ledger->log, &note, arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&checkpoint, arena, note, err));
    const zkl_trusted_log_key *key =
        checkpoint.size ? zkl_trust_log_key_at(&ledger->trust, checkpoint.size - 1) : NULL;
    if (!key)
        return zkl_fail(err, ZKL_NOT_FOUND, "the store has no checkpoint by a key that counts");
    ZKL_TRY(
        zkl_remembered_make(out, arena, &ledger->trust.first_log_key, &key->key, true, note, err));
    if (zkl_remember_find(&memory, arena, how->state, &out->ledger, &none) == ZKL_OK)
        return zkl_head_take_newer(out, &memory, err);
    return ZKL_OK;
}

zkl_status zkl_ledger_newest_checkpoint(zkl_remembered *out, zkl_arena *arena,
                                        const zkl_ledger_opening *how, const zkl_env *env,
                                        zkl_error *err)
{
    zkl_remembered inside, outside;
    zkl_error why = { 0 };
    zkl_status status = zkl_head_newest_outside(&outside, arena, how->folder, how->state, err);
    if (status != ZKL_OK && status != ZKL_NOT_FOUND && status != ZKL_BAD_INPUT)
        return status;
    if (newest_inside(&inside, arena, how, env, &why) == ZKL_OK) {
        if (status == ZKL_OK)
            ZKL_TRY(zkl_head_take_newer(&inside, &outside, err));
        *out = inside;
        return ZKL_OK;
    }
    if (status != ZKL_OK)
        return zkl_fail(err, ZKL_NOT_FOUND, "'%s' has no checkpoint that can be read: %.600s",
                        how->folder, why.text);
    *out = outside;
    return ZKL_OK;
}

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

zkl_status zkl_ledger_catch_up(zkl_ledger *ledger, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    if (ledger->writable)
        return ZKL_OK;
    pthread_mutex_lock(&ledger->handle->kept.mutex);
    if (ledger->handle->kept.sequencing.is_on && ledger->store == ledger->handle->store) {
        if (ledger != ledger->handle) /* which is what was published */
            status = copy_state(ledger, ledger->handle, err);
    } else {
        status = zkl_store_catch_up(ledger->store, err);
        if (status == ZKL_OK)
            status = read_log(ledger, err);
        if (status == ZKL_OK)
            status = check_head_as_reader(ledger, err);
    }
    pthread_mutex_unlock(&ledger->handle->kept.mutex);
    return status;
}

/* ---- What it is */

void zkl_ledger_get_info(zkl_ledger_info *out, const zkl_ledger *ledger)
{
    *out = (zkl_ledger_info){ .folder = ledger->folder,
                              .origin = ledger->origin,
                              .ledger = ledger->trust.ledger,
                              .powers_hash = ledger->powers_hash,
                              .hash_algorithm = zkl_hash_name(ledger->config.hash_algorithm) };
}

const char *zkl_ledger_folder(const zkl_ledger *ledger)
{
    return ledger->folder;
}

const char *zkl_ledger_origin(const zkl_ledger *ledger)
{
    return ledger->origin;
}

const zkl_config *zkl_ledger_config(const zkl_ledger *ledger)
{
    return &ledger->config;
}

const zkl_digest *zkl_ledger_own_id(const zkl_ledger *ledger)
{
    return &ledger->trust.ledger;
}

const zkl_digest *zkl_ledger_powers_hash(const zkl_ledger *ledger)
{
    return &ledger->powers_hash;
}

zkl_bytes zkl_ledger_powers(const zkl_ledger *ledger)
{
    return ledger->powers;
}

zkl_log *zkl_ledger_log(zkl_ledger *ledger)
{
    return &ledger->log;
}

const zkl_trust *zkl_ledger_trust(const zkl_ledger *ledger)
{
    return &ledger->trust;
}

const zkl_signer *zkl_ledger_signer(const zkl_ledger *ledger)
{
    return ledger->writable ? ledger->signer : NULL;
}

const zkl_signer *zkl_ledger_log_signer(const zkl_ledger *ledger)
{
    return ledger->writable ? ledger->log_signer : NULL;
}

zkl_status zkl_ledger_store_try(zkl_ledger *handle, zkl_error *err)
{
    bool is_there;
    return zkl_store_has(handle->store, &is_there, zkl_bytes_of_text("?"), err);
}

bool zkl_ledger_store_count(zkl_ledger *handle, zkl_store_counts *out)
{
    return zkl_store_count(handle->store, out);
}

void zkl_ledger_count_keys(zkl_ledger *handle, zkl_setup_key_counts *out)
{
    *out = (zkl_setup_key_counts){ 0 };
    pthread_mutex_lock(&handle->kept.setup_mutex);
    if (handle->kept.setup)
        zkl_setup_count_keys(handle->kept.setup, out);
    pthread_mutex_unlock(&handle->kept.setup_mutex);
}
