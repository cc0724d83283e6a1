/* Opening a ledger: its state read and compared, and what it is. Views and writers of one that is
 * open: ledger_handle.c. */
#include "ledger/ledger_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "verify/key_rules.h"
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

zkl_status zkl_ledger_copy_path(char out[static ZKL_LEDGER_PATH_BYTES_MAX], const char *path,
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
zkl_status zkl_ledger_new(zkl_ledger **out, zkl_store *store, const zkl_ledger_opening *how,
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
    ZKL_TRY(zkl_ledger_copy_path(ledger->folder, how->folder, err));
    ZKL_TRY(zkl_ledger_copy_path(ledger->state, how->state ? how->state : "", err));
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
    ZKL_TRY(zkl_ledger_new(&ledger, store, &how, NULL, env, err));
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
zkl_status zkl_ledger_open_for(zkl_ledger **out, zkl_store *store, const zkl_ledger_opening *how,
                               zkl_ledger *handle, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(zkl_ledger_new(&ledger, store, how, NULL, env, err));
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
    return zkl_ledger_open_for(out, store, how, NULL, env, err);
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
