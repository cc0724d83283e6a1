/* keys show, rotate, backup and make.
 *
 *  1. A backup holds the keys that count now, as `restore` will ask for them: of a rotation that
 *     was cut off, the new one. An owner secret is tried against the data keys before it is copied.
 *  2. A key file is never overwritten, and a backup is refused before its first file is written.
 *  3. What a caller shows of a key is public: files are read without their passphrase. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "ledger/rotation.h"
#include "ledger/trust_toml.h"
#include "service/output.h"
#include "service/service_internal.h"

static const struct {
    const char *name;
    zkl_keyfile_kind kind;
} key_files[] = { { "signer", ZKL_KEYFILE_SIGNER },
                  { "log", ZKL_KEYFILE_LOG },
                  { "owner", ZKL_KEYFILE_OWNER } };

/* Where a ledger has its key file of that name. NULL: no memory. */
static char *key_path(zkl_arena *arena, const char *folder, const char *name)
{
    return zkl_arena_format(arena, "%s/keys/%s.key", folder, name);
}

/* Every key that ever counted, signers first, with the indexes between which it did. */
static zkl_status fill_key_infos(zkl_keys_result *out, const zkl_trust *trust, zkl_error *err)
{
    size_t count = trust->log_key_count + trust->signer_count;
    zkl_key_info *keys = ZKL_ARENA_NEW(&out->memory, zkl_key_info, count);
    if (!keys)
        return zkl_no_memory(err, count * sizeof *keys);
    for (size_t i = 0; i < trust->signer_count; i++) {
        const zkl_trusted_signer *s = &trust->signers[i];
        char id[ZKL_KEY_ID_CHARS + 1];
        zkl_public_key_id(id, &s->key);
        keys[out->key_count++] = (zkl_key_info){ "signer",
                                                 zkl_key_type_name(s->key.type),
                                                 zkl_arena_text(&out->memory, id, strlen(id)),
                                                 NULL,
                                                 s->from,
                                                 s->until };
    }
    /* A log key is known by its verifier key, which is also what an auditor is given. */
    for (size_t i = 0; i < trust->log_key_count; i++) {
        const zkl_trusted_log_key *l = &trust->log_keys[i];
        char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
        zkl_verifier_key_encode(text, &l->key);
        const char *key = zkl_arena_text(&out->memory, text, strlen(text));
        keys[out->key_count++] = (zkl_key_info){ "log", "ed25519", key, key, l->from, l->until };
    }
    ZKL_ASSERT(out->key_count == count);
    for (size_t i = 0; i < count; i++)
        if (!keys[i].id)
            return zkl_no_memory(err, 0);
    out->keys = keys;
    return ZKL_OK;
}

/* Passphrase and file modes as the files have them, the rest as the log's entries have it. */
static zkl_status fill_keys(zkl_keys_result *out, zkl_ledger *handle, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err));
    for (size_t i = 0; i < ZKL_COUNT(key_files); i++) {
        zkl_keyfile_info info;
        bool others = false;
        const char *path = key_path(&out->memory, zkl_ledger_folder(ledger), key_files[i].name);
        if (!path)
            return zkl_no_memory(err, 0);
        zkl_error none = { 0 };
        if (zkl_keyfile_load_info(&info, path, &others, &none) != ZKL_OK)
            continue; /* a reader's copy of a ledger has no keys */
        out->has_passphrase = out->has_passphrase || info.has_passphrase;
        out->others_can_read = out->others_can_read || others;
    }
    ZKL_TRY(zkl_trust_toml_print(&trust, zkl_ledger_trust(ledger), err));
    ZKL_TRY(zkl_buffer_status(&trust, err));
    out->trust = service_text(&out->memory, zkl_buffer_bytes(&trust));
    out->origin = zkl_arena_format(&out->memory, "%s", zkl_ledger_origin(ledger));
    out->ledger = *zkl_ledger_own_id(ledger);
    if (!out->trust || !out->origin)
        return zkl_no_memory(err, trust.size);
    return fill_key_infos(out, zkl_ledger_trust(ledger), err);
}

/* A failure leaves nothing in the result. */
zkl_status zkl_keys_show(zkl_keys_result *out, zkl_ledger *ledger, zkl_error *err)
{
    *out = (zkl_keys_result){ 0 };
    zkl_status status = fill_keys(out, ledger, err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}

/* Signer and log rotate. The owner secret cannot: what was made under it would be lost. */
zkl_status zkl_keys_rotate(uint64_t *index, zkl_ledger *handle, const char *role,
                           const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    if (strcmp(role, "signer") != 0 && strcmp(role, "log") != 0)
        return zkl_fail(err, ZKL_USAGE, "no key '%s' rotates: signer or log", role);
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_WRITE, env, err));
    return zkl_ledger_rotate(ledger, strcmp(role, "log") == 0 ? ZKL_ROLE_LOG : ZKL_ROLE_SIGNER,
                             zkl_ledger_passphrase(ledger), index, err);
}

/* All of them before the first is written; zkl_keyfile_save refuses each by itself. */
static zkl_status check_no_keys_in(const char *folder, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(key_files); i++) {
        const char *path = zkl_arena_format(&arena, "%s/%s.key", folder, key_files[i].name);
        if (!path)
            return zkl_no_memory(err, 0);
        if (access(path, F_OK) == 0)
            return zkl_fail(err, ZKL_CONFLICT, "'%s' exists already; a key is never overwritten",
                            path);
    }
    return ZKL_OK;
}

/* The key file of a role that counts now: of a rotation that was cut off it is NAME.key.next, which
 * the next writer puts in place. */
static zkl_status load_counting(zkl_keyfile *out, zkl_ledger *ledger, zkl_key_role role,
                                zkl_error *err)
{
    ZKL_ASSERT(role == ZKL_ROLE_SIGNER || role == ZKL_ROLE_LOG);
    zkl_rotation rotation;
    const uint64_t index = zkl_log_size(zkl_ledger_log(ledger));
    ZKL_TRY(zkl_rotation_look(&rotation, zkl_ledger_folder(ledger), role, zkl_ledger_trust(ledger),
                              index, err));
    if (rotation.state == ZKL_ROTATION_LOST)
        return zkl_rotation_settle(&rotation, err); /* says why, and changes nothing */
    /* Read only: nothing is settled here, because a backup takes no lock. */
    const char *path = rotation.state == ZKL_ROTATION_COMMITTED ? rotation.next : rotation.path;
    return zkl_keyfile_load(out, path, zkl_ledger_passphrase(ledger), NULL, err);
}

/* A secret that opens none of the ledger's data keys is refused (service_check_owner): a backup of
 * it would be worthless on the day it is needed. */
static zkl_status load_owner(zkl_keyfile *out, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const char *path = key_path(&arena, zkl_ledger_folder(ledger), "owner");
    if (!path)
        return zkl_no_memory(err, 0);
    ZKL_TRY(zkl_keyfile_load(out, path, zkl_ledger_passphrase(ledger), NULL, err));
    return service_check_owner(ledger, &out->owner, path, err);
}

/* As `restore` will ask when the copies are needed: each is the key that counts. */
static zkl_status load_all(zkl_keyfile files[static ZKL_COUNT(key_files)], zkl_ledger *ledger,
                           zkl_error *err)
{
    for (size_t i = 0; i < ZKL_COUNT(key_files); i++) {
        if (key_files[i].kind == ZKL_KEYFILE_OWNER)
            ZKL_TRY(load_owner(&files[i], ledger, err));
        else
            ZKL_TRY(load_counting(
                &files[i], ledger,
                key_files[i].kind == ZKL_KEYFILE_LOG ? ZKL_ROLE_LOG : ZKL_ROLE_SIGNER, err));
    }
    return ZKL_OK;
}

/* passphrase NULL: in the clear. A failure half-way leaves what was written: they are good
 * copies. */
static zkl_status save_all(const char *folder, const zkl_keyfile files[static ZKL_COUNT(key_files)],
                           const zkl_bytes *passphrase, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_TRY(zkl_folder_make(folder, 0700, err));
    for (size_t i = 0; i < ZKL_COUNT(key_files); i++) {
        const char *to = zkl_arena_format(&arena, "%s/%s.key", folder, key_files[i].name);
        if (!to)
            return zkl_no_memory(err, 0);
        ZKL_TRY(zkl_keyfile_save(to, &files[i], passphrase, NULL, env, err));
    }
    return ZKL_OK;
}

/* What forbids it comes first: the place, then the keys; then the files are written. */
zkl_status zkl_keys_backup(zkl_ledger *handle, const char *output, const zkl_bytes *passphrase,
                           const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_keyfile files[ZKL_COUNT(key_files)] = { 0 };
    ZKL_TRY(service_check_folder_name(output, err));
    ZKL_TRY(service_output_apart(output, NULL, 0, zkl_ledger_folder(handle), err));
    ZKL_TRY(check_no_keys_in(output, err));
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    /* All are loaded and judged before one is written. */
    zkl_status status = load_all(files, ledger, err);
    /* Invariant 1: what is saved is what was judged. */
    if (status == ZKL_OK)
        status = save_all(output, files, passphrase, env, err);
    for (size_t i = 0; i < ZKL_COUNT(files); i++)
        zkl_keyfile_clear(&files[i]);
    return status;
}

/* A key of no ledger, for somebody who signs for one (a second signer, a log on another
 * machine). */
zkl_status zkl_keys_make(const char *output, const char *kind, const char *name,
                         const zkl_bytes *passphrase, const zkl_env *env, zkl_error *err)
{
    zkl_keyfile file = { 0 };
    ZKL_TRY(service_output_apart(output, NULL, 0, NULL, err));
    if (strcmp(kind, "signer") != 0 && strcmp(kind, "log") != 0)
        return zkl_fail(err, ZKL_USAGE, "no key '%s' is made alone: signer or log", kind);
    zkl_keyfile_kind wanted = strcmp(kind, "log") == 0 ? ZKL_KEYFILE_LOG : ZKL_KEYFILE_SIGNER;
    zkl_status status = zkl_keyfile_make(&file, wanted, ZKL_KEY_ED25519, name, env, err);
    if (status == ZKL_OK)
        status = zkl_keyfile_save(output, &file, passphrase, NULL, env, err);
    zkl_keyfile_clear(&file);
    return status;
}
