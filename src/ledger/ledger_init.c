/* Making a ledger.
 *
 *  1. Everything is made in LEDGER.new-PID beside it, synced, and renamed: the ledger is there
 *     whole or not at all. What a killed process leaves is swept by the next init (leftovers.h).
 *  2. The store's first batch has the ledger's own keys, the trust record and entry 0. It is
 *     committed on the condition that the log has no head: two makers of one store cannot both be
 *     first.
 *  3. The first checkpoint is published like every other: memory, `head`, store.
 *  4. The ledger's id follows from the first log key; its origin is the name and a random suffix.
 *     Neither changes ever. */
#include "ledger/ledger_internal.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "verify/key_rules.h"
#include "keys/sign_record.h"
#include "ledger/leftovers.h"
#include "ledger/trust_record.h"
#include "proof/srs.h"

#define SUFFIX_BYTES 8
#define FOLDER_BYTES_MAX (ZKL_LEDGER_PATH_BYTES_MAX - 64)

/* ---- The first batch */

/* What the ledger trusts of itself before entry 0 is applied to it: its log key, and development
 * set-ups. */
static zkl_status first_trust(zkl_trust *out, zkl_arena *arena, const zkl_ledger_first *first,
                              const zkl_digest *powers_hash, zkl_error *err)
{
    ZKL_ASSERT(first->log_signer && first->signer && first->origin[0]);
    zkl_trust trust = { .powers_hash = *powers_hash,
                        .powers_of_ceremony = first->powers_of_ceremony,
                        .development = true };
    if (first->ceremony) {
        trust.has_ceremony = true;
        trust.ceremony = first->ceremony->transcript;
        trust.parties = first->ceremony->parties;
        trust.party_count = first->ceremony->party_count;
        trust.circuits = first->ceremony->circuits;
        trust.circuit_count = first->ceremony->circuit_count;
    }
    trust.log_keys = ZKL_ARENA_NEW(arena, zkl_trusted_log_key, 1);
    trust.signers = ZKL_ARENA_NEW(arena, zkl_trusted_signer, 1);
    if (!trust.log_keys || !trust.signers)
        return zkl_no_memory(err, sizeof trust);
    ZKL_TRY(zkl_verifier_key_init(&trust.first_log_key, ZKL_NOTE_ED25519, first->origin,
                                  &first->log_signer->public_key, err));
    trust.log_keys[trust.log_key_count++] =
        (zkl_trusted_log_key){ .key = trust.first_log_key, .from = 0, .until = ZKL_TRUST_OPEN };
    ZKL_TRY(zkl_trust_check(&trust, err));
    *out = trust;
    return ZKL_OK;
}

/* One of the keys `ledger/...`, which never change. */
static zkl_status put_text(zkl_batch *batch, const char *key, zkl_bytes value, zkl_error *err)
{
    return zkl_batch_put(batch, zkl_bytes_of_text(key), value, err);
}

/* Entry 0 puts in the first signer. It is signed by signer and log key, and says which log this
 * one goes on from. */
static zkl_entry first_entry(const zkl_ledger_first *first, const zkl_digest *ledger,
                             const char *succeeded_key, const zkl_env *env)
{
    ZKL_ASSERT(!first->succeeds || succeeded_key[0]);
    zkl_entry entry = { .kind = ZKL_ENTRY_KEY,
                        .ledger = *ledger,
                        .time_ms = zkl_env_now_ms(env),
                        .keys.role = ZKL_ROLE_SIGNER,
                        .keys.key = first->signer->public_key };
    const zkl_remembered *old = first->succeeds;
    if (old)
        entry.keys.succeeds = (zkl_entry_succeeds){ .note = old->note,
                                                    .key = zkl_bytes_of_text(succeeded_key),
                                                    .origin = old->checkpoint.origin,
                                                    .size = old->checkpoint.size,
                                                    .root = old->checkpoint.root };
    return entry;
}

/* Checked, then one batch: invariant 2. Any store will do, so tests make ledgers in memory. */
zkl_status zkl_ledger_create_in_store(zkl_store *store, const zkl_ledger_first *first,
                                      const zkl_env *env, zkl_error *err)
{
    const zkl_bytes powers = first->powers;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust_bytes = { 0 };
    char first_key[ZKL_VERIFIER_KEY_CHARS_MAX + 1], old_key[ZKL_VERIFIER_KEY_CHARS_MAX + 1] = "";
    zkl_srs_verifier checked;
    zkl_digest powers_hash, leaf;
    zkl_trust trust;
    zkl_log log;
    bool exists;

    /* The store is empty, and the powers are points of which all proofs will depend: checked
     * before anything is signed. */
    ZKL_TRY(zkl_store_has(store, &exists, zkl_bytes_of_text(ZKL_STORE_KEY_ORIGIN), err));
    if (exists)
        return zkl_fail(err, ZKL_CONFLICT, "the store holds a ledger already");
    if (powers.size != ZKL_SRS_VERIFIER_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "the powers of tau have %zu bytes, not %d", powers.size,
                        ZKL_SRS_VERIFIER_BYTES);
    ZKL_TRY(zkl_srs_verifier_decode(&checked, powers, err));
    zkl_srs_hash(&powers_hash, &checked);
    ZKL_TRY(first_trust(&trust, &arena, first, &powers_hash, err));

    if (first->succeeds)
        zkl_verifier_key_encode(old_key, &first->succeeds->log_key);
    const zkl_entry entry = first_entry(first, &trust.ledger, old_key, env);
    const zkl_signer *const signers[] = { first->signer, first->log_signer };
    ZKL_TRY(zkl_entry_sign(&envelope, &entry, signers, ZKL_COUNT(signers), err));
    ZKL_TRY(zkl_trust_apply(&trust, &entry, 0, err));
    ZKL_TRY(zkl_trust_record_seal(&trust_bytes, &trust, first->log_signer, err));
    ZKL_ASSERT(trust.signer_count == 1 &&
               trust.log_key_count == 1); /* entry 0 made the signer count */
    zkl_verifier_key_encode(first_key, &trust.first_log_key);
    zkl_rfc6962_leaf(&leaf, zkl_buffer_bytes(&envelope));

    ZKL_TRY(put_text(&batch, ZKL_STORE_KEY_ORIGIN, zkl_bytes_of_text(first->origin), err));
    ZKL_TRY(put_text(&batch, ZKL_STORE_KEY_FIRST_KEY, zkl_bytes_of_text(first_key), err));
    ZKL_TRY(put_text(&batch, ZKL_STORE_KEY_POWERS, powers, err));
    ZKL_TRY(put_text(&batch, ZKL_STORE_KEY_TRUST, zkl_buffer_bytes(&trust_bytes), err));
    const zkl_store_key receipt = zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, leaf.bytes, 32);
    const uint8_t index[8] = { 0 };
    ZKL_TRY(zkl_batch_put(&batch, zkl_store_key_bytes(&receipt), zkl_bytes_of(index, sizeof index),
                          err));
    ZKL_TRY(zkl_log_open(&log, store, err));
    ZKL_TRY(zkl_log_append_to_batch(&log, &batch, zkl_buffer_bytes(&envelope), NULL, err));
    return zkl_log_commit(&log, &batch, NULL, err);
}

/* ---- The folder */

/* A folder that is there may be used when it is empty: rename replaces it. */
static zkl_status check_free(const char *folder, zkl_error *err)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "look into", folder);
    bool empty = true;
    for (struct dirent *e; empty && (e = readdir(dir));)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(dir);
    return empty ? ZKL_OK : zkl_fail(err, ZKL_CONFLICT, "'%s' exists and is not empty", folder);
}

/* Of a folder that could not be finished. */
static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

/* All three under one passphrase, or all in the clear. */
static zkl_status save_key(const char *folder, const char *name, const zkl_keyfile *file,
                           const zkl_ledger_init_options *o, const zkl_env *env, zkl_error *err)
{
    char path[ZKL_LEDGER_PATH_BYTES_MAX];
    ZKL_TRY(zkl_ledger_path(path, folder, name, err));
    return zkl_keyfile_save(path, file, o->passphrase, o->cost, env, err);
}

/* One place for all who open a ledger's store: makers, readers and writers. */
zkl_status zkl_ledger_store_open(zkl_store **out, const char *folder, const zkl_config *config,
                                 const zkl_ledger_store_use *use, zkl_error *err)
{
    char path[ZKL_LEDGER_PATH_BYTES_MAX], lock[ZKL_LEDGER_PATH_BYTES_MAX];
    const zkl_store_backend *backend = zkl_store_backend_find(config->backend);
    if (backend && !(backend->features & ZKL_STORE_DURABLE))
        return zkl_fail(err, ZKL_USAGE,
                        "a ledger in a folder needs a store that keeps it: '%s' does not",
                        config->backend);
    ZKL_ASSERT(!use->read_only || !use->create);
    ZKL_TRY(zkl_ledger_path(path, folder, config->path, err));
    ZKL_TRY(zkl_ledger_path(lock, folder, "lock", err));
    const zkl_store_options options = { .path = path,
                                        .lock_path = use->shared ? lock : NULL,
                                        .env = use->env,
                                        .cache_bytes = use->cache_bytes
                                                           ? use->cache_bytes
                                                           : (size_t)config->cache_size_mb << 20,
                                        /* Of a ledger that is being made, nothing is refused. */
                                        .bytes_max = use->create ? 0 : config->max_size_gb << 30,
                                        .create_if_missing = use->create,
                                        .read_only = use->read_only,
                                        .counts = use->counts,
                                        .plain = !config->compression };
    return zkl_store_open(out, config->backend, &options, err);
}

/* The folder has its final name only later, but the memory goes by the ledger's id: the
 * checkpoint is remembered already. Should the rename fail, a ledger is remembered that nobody
 * has, which does no harm. */
static zkl_status make_store(const char *folder, const zkl_ledger_init_options *o,
                             const zkl_keyfile *signer, const zkl_keyfile *log_key,
                             const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_store) store = NULL;
    zkl_verifier_key first;
    zkl_log log;
    const zkl_ledger_store_use use = { .create = true, .env = env };
    ZKL_TRY(zkl_ledger_store_open(&store, folder, &o->config, &use, err));
    const zkl_ledger_first content = { .signer = &signer->key.signer,
                                       .log_signer = &log_key->key.signer,
                                       .origin = log_key->info.name,
                                       .powers = o->powers,
                                       .powers_of_ceremony = o->powers_of_ceremony,
                                       .ceremony = o->ceremony,
                                       .succeeds = o->succeeds };
    ZKL_TRY(zkl_ledger_create_in_store(store, &content, env, err));
    ZKL_TRY(zkl_log_open(&log, store, err));
    ZKL_TRY(zkl_verifier_key_init(&first, ZKL_NOTE_ED25519, log_key->info.name,
                                  &log_key->key.signer.public_key, err));
    const zkl_head_place place = { .folder = folder,
                                   .state = o->state,
                                   .first_log_key = &first,
                                   .wrote = true,
                                   .notice = o->notice };
    return zkl_head_publish(&place, &log, &first, content.log_signer, err);
}

/* The origin: the ledger's name and a random suffix. It never changes. */
static zkl_status make_keys(zkl_keyfile *signer, zkl_keyfile *log_key, zkl_keyfile *owner,
                            const zkl_ledger_init_options *o, const zkl_env *env, zkl_error *err)
{
    uint8_t suffix[SUFFIX_BYTES];
    char hex[2 * SUFFIX_BYTES + 1], origin[sizeof o->config.name + sizeof hex + 1];
    ZKL_TRY(zkl_env_random(env, suffix, sizeof suffix, err));
    zkl_hex_encode(hex, suffix, sizeof suffix);
    snprintf(origin, sizeof origin, "%s-%s", o->config.name, hex);
    if (!o->config.name[0] || !zkl_note_name_valid(zkl_bytes_of_text(origin)))
        return zkl_fail(
            err, ZKL_USAGE,
            "the ledger's name '%s' is empty or holds blanks, '+' or control characters",
            o->config.name);
    ZKL_TRY(zkl_keyfile_make(signer, ZKL_KEYFILE_SIGNER,
                             o->signer_type ? o->signer_type : ZKL_KEY_ED25519, o->config.name, env,
                             err));
    ZKL_TRY(zkl_keyfile_make(log_key, ZKL_KEYFILE_LOG, ZKL_KEY_ED25519, origin, env, err));
    return zkl_keyfile_make(owner, ZKL_KEYFILE_OWNER, ZKL_KEY_ED25519, o->config.name, env, err);
}

static zkl_status save_files(const char *folder, const zkl_ledger_init_options *o, zkl_error *err)
{
    char path[ZKL_LEDGER_PATH_BYTES_MAX], name[256];
    for (size_t i = 0; i < o->file_count; i++) {
        const zkl_ledger_file *file = &o->files[i];
        ZKL_ASSERT(!strchr(file->folder, '/') && !strchr(file->name, '/'));
        ZKL_TRY(zkl_ledger_path(path, folder, file->folder, err));
        ZKL_TRY(zkl_folder_make(path, 0755, err));
        if (snprintf(name, sizeof name, "%s/%s", file->folder, file->name) >= (int)sizeof name)
            return zkl_fail(err, ZKL_LIMIT, "'%s' is too long a name of a file", file->name);
        ZKL_TRY(zkl_ledger_path(path, folder, name, err));
        ZKL_TRY(zkl_file_write(path, file->content, 0644, err));
    }
    return ZKL_OK;
}

/* Keys first, the store last: it names them. */
static zkl_status fill_folder(const char *folder, const zkl_ledger_init_options *o,
                              const zkl_env *env, zkl_error *err)
{
    char path[ZKL_LEDGER_PATH_BYTES_MAX];
    ZKL_AUTO_CLEAR(zkl_keyfile) signer = { 0 };
    ZKL_AUTO_CLEAR(zkl_keyfile) log_key = { 0 };
    ZKL_AUTO_CLEAR(zkl_keyfile) owner = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) config = { 0 };
    ZKL_TRY(make_keys(&signer, &log_key, &owner, o, env, err));
    zkl_config_print(&config, &o->config);
    ZKL_TRY(zkl_buffer_status(&config, err));
    ZKL_TRY(zkl_ledger_path(path, folder, ZKL_CONFIG_FILE, err));
    ZKL_TRY(zkl_file_write(path, zkl_buffer_bytes(&config), 0644, err));
    ZKL_TRY(save_files(folder, o, err));
    /* Keys and store are no part of the repository that the ledger may lie in. */
    ZKL_TRY(zkl_ledger_path(path, folder, ".gitignore", err));
    ZKL_TRY(zkl_file_write(path, zkl_bytes_of("*\n", 2), 0644, err));
    ZKL_TRY(zkl_ledger_path(path, folder, "keys", err));
    ZKL_TRY(zkl_folder_make(path, 0700, err));
    ZKL_TRY(save_key(folder, "keys/signer.key", &signer, o, env, err));
    ZKL_TRY(save_key(folder, "keys/log.key", &log_key, o, env, err));
    ZKL_TRY(save_key(folder, "keys/owner.key", &owner, o, env, err));
    return make_store(folder, o, &signer, &log_key, env, err);
}

/* check, make beside, sync, rename, sync the parent: in this order a crash leaves nothing or the
 * whole ledger. */
zkl_status zkl_ledger_init(const zkl_ledger_init_options *o, const zkl_env *env, zkl_error *err)
{
    char folder[ZKL_LEDGER_PATH_BYTES_MAX], beside[ZKL_LEDGER_PATH_BYTES_MAX],
        parent[ZKL_LEDGER_PATH_BYTES_MAX];
    size_t size = strlen(o->folder);
    while (size > 1 && o->folder[size - 1] == '/')
        size--;
    if (!size || size > FOLDER_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the ledger's path has %zu bytes, 1 to %d", size,
                        FOLDER_BYTES_MAX);
    memcpy(folder, o->folder, size);
    folder[size] = 0;
    snprintf(beside, sizeof beside, "%.*s.new-%ld", FOLDER_BYTES_MAX, folder, (long)getpid());
    const char *slash = strrchr(folder, '/');
    snprintf(parent, sizeof parent, "%.*s", slash ? (int)(slash == folder ? 1 : slash - folder) : 1,
             slash ? folder : ".");

    /* Looked at now for a good message; what counts is that the rename refuses a folder with
     * something in it. */
    ZKL_TRY(check_free(folder, err));
    zkl_leftovers_sweep_new(folder);
    if (mkdir(beside, 0755) != 0)
        return zkl_fail_errno(err, "make", beside);
    zkl_status status = fill_folder(beside, o, env, err);
    if (status == ZKL_OK)
        status = zkl_folder_sync(beside, err);
    if (status == ZKL_OK && rename(beside, folder) != 0)
        status = errno == ENOTEMPTY || errno == EEXIST
                     ? zkl_fail(err, ZKL_CONFLICT, "'%s' exists by now", folder)
                     : zkl_fail_errno(err, "make", folder);
    if (status != ZKL_OK) {
        (void)nftw(beside, remove_one, 16,
                   FTW_DEPTH | FTW_PHYS); /* what is left is only a left-over */
        return status;
    }
    return zkl_folder_sync(parent, err);
}
