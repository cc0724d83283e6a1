/* keys restore: key files from a backup, checked, into place.
 *
 *  1. Nothing is written before every file that is to be restored has opened, and was judged to be
 *     the key that counts at the next entry.
 *  2. The writer's lock is held from before the judgement to the end, so that no rotation moves it.
 *  3. A file that is in place and is not the same key is renamed, never removed:
 *     NAME.key.unknown-N.
 *  4. All files of a ledger stay under one passphrase, or a later command could open only some of
 *     them. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "ledger/rotation.h"
#include "service/service_internal.h"

#define KIND_COUNT 3

static const struct {
    const char *name;
    zkl_keyfile_kind kind;
} kinds[KIND_COUNT] = { { "signer", ZKL_KEYFILE_SIGNER },
                        { "log", ZKL_KEYFILE_LOG },
                        { "owner", ZKL_KEYFILE_OWNER } };

typedef struct restoration {
    const zkl_keys_restore_request *request;
    const zkl_env *env;
    zkl_ledger *ledger; /* open for reading; the writer's lock is held */
    zkl_arena arena;
    struct {
        zkl_keyfile file;
        bool wanted;   /* the backup has it */
        bool in_place; /* and the ledger does, so it stays */
    } keys[KIND_COUNT];
} restoration;

/* Where the ledger has its file of that kind. NULL: no memory. */
static const char *place_of(restoration *r, size_t i)
{
    ZKL_ASSERT(i < KIND_COUNT && r->ledger);
    return zkl_arena_format(&r->arena, "%s/keys/%s.key", zkl_ledger_folder(r->ledger),
                            kinds[i].name);
}

/* ---- Reading the backup */

/* A file says itself which kind it is, whatever its name. */
static zkl_status load_file(restoration *r, const char *path, zkl_error *err)
{
    zkl_keyfile file = { 0 };
    ZKL_TRY(zkl_keyfile_load(&file, path, r->request->passphrase, NULL, err));
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (kinds[i].kind == file.info.kind) {
            r->keys[i].file = file;
            r->keys[i].wanted = true;
        }
    zkl_keyfile_clear(&file);
    return ZKL_OK;
}

/* What `backup` wrote, or a part of it: a folder without one of the three restores the other
 * two. */
static zkl_status load_folder(restoration *r, zkl_error *err)
{
    bool any = false;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const char *path =
            zkl_arena_format(&r->arena, "%s/%s.key", r->request->from, kinds[i].name);
        struct stat st;
        if (!path)
            return zkl_no_memory(err, 0);
        if (stat(path, &st) != 0)
            continue;
        ZKL_TRY(load_file(r, path, err));
        if (!r->keys[i].wanted)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' holds another kind of key", path);
        any = true;
    }
    return any ? ZKL_OK
               : zkl_fail(err, ZKL_NOT_FOUND, "'%s' holds no signer.key, log.key or owner.key",
                          r->request->from);
}

/* ---- Does it count? */

/* By its public key, at the index that the next entry gets. */
static zkl_status check_key(restoration *r, zkl_key_role role, const zkl_keyfile *file,
                            zkl_error *err)
{
    const zkl_trust *trust = zkl_ledger_trust(r->ledger);
    const uint64_t index = zkl_log_size(zkl_ledger_log(r->ledger));
    if (zkl_rotation_counts(trust, role, &file->key.signer.public_key, index))
        return ZKL_OK;
    return zkl_fail(
        err, ZKL_CONFLICT,
        "the %s key of '%s' is not the one that counts for entry %llu: it is of another "
        "ledger, or older than a rotation",
        role == ZKL_ROLE_LOG ? "log" : "signer", r->request->from, (unsigned long long)index);
}

/* Invariant 1. An owner secret has no public key: it is tried on what it must open. */
static zkl_status check_counts(restoration *r, size_t i, zkl_error *err)
{
    ZKL_ASSERT(r->keys[i].wanted);
    const zkl_keyfile *file = &r->keys[i].file;
    if (kinds[i].kind == ZKL_KEYFILE_OWNER)
        return service_check_owner(r->ledger, &file->owner, r->request->from, err);
    return check_key(r, kinds[i].kind == ZKL_KEYFILE_LOG ? ZKL_ROLE_LOG : ZKL_ROLE_SIGNER, file,
                     err);
}

/* ---- Into place */

/* What is in place already: the same key stays; of an owner secret only the file that is there can
 * be trusted to be one. */
static zkl_status look_in_place(restoration *r, size_t i, zkl_error *err)
{
    ZKL_ASSERT(r->keys[i].wanted && !r->keys[i].in_place);
    zkl_keyfile_info info;
    zkl_error none = { 0 };
    const char *path = place_of(r, i);
    if (!path)
        return zkl_no_memory(err, 0);
    if (zkl_keyfile_load_info(&info, path, NULL, &none) != ZKL_OK)
        return ZKL_OK; /* missing, or damaged: then it is kept beside */
    if (info.kind == ZKL_KEYFILE_OWNER) {
        zkl_keyfile have = { 0 };
        const zkl_status status =
            zkl_keyfile_load(&have, path, r->request->passphrase, NULL, &none);
        r->keys[i].in_place = status == ZKL_DENIED ||
                              (status == ZKL_OK &&
                               service_check_owner(r->ledger, &have.owner, path, &none) == ZKL_OK);
        zkl_keyfile_clear(&have);
        return ZKL_OK;
    }
    r->keys[i].in_place = info.kind == kinds[i].kind &&
                          zkl_public_key_equal(&info.public_key, &r->keys[i].file.info.public_key);
    return ZKL_OK;
}

/* All files of a ledger are under one passphrase: what is not restored must open as what is. */
static zkl_status check_one_passphrase(restoration *r, const zkl_bytes *passphrase, zkl_error *err)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        zkl_keyfile have = { 0 };
        zkl_error why = { 0 };
        const char *path = place_of(r, i);
        if (!path)
            return zkl_no_memory(err, 0);
        if (r->keys[i].wanted && !r->keys[i].in_place)
            continue;
        const zkl_status status = zkl_keyfile_load(&have, path, passphrase, NULL, &why);
        zkl_keyfile_clear(&have);
        if (status == ZKL_DENIED)
            return zkl_fail_hint(
                err, status, ZKL_HINT_RESTORE_UNDER_PASSPHRASE,
                "'%s', which stays in place, is under another passphrase: restore under that one",
                path);
    }
    return ZKL_OK;
}

/* A name beside that is free. */
static zkl_status move_aside(restoration *r, const char *path, zkl_error *err)
{
    struct stat st;
    for (unsigned n = 1; n < 1000; n++) {
        const char *beside = zkl_arena_format(&r->arena, "%s.unknown-%u", path, n);
        if (!beside)
            return zkl_no_memory(err, 0);
        if (lstat(beside, &st) != 0)
            return zkl_file_rename(path, beside, err);
    }
    return zkl_fail(err, ZKL_LIMIT, "no name is free beside '%s'", path);
}

/* Invariant 3, then the new file, by rename. A cut between the two leaves the role without a file,
 * and the same command again puts it there. */
static zkl_status put(restoration *r, size_t i, const zkl_bytes *passphrase, zkl_error *err)
{
    const char *path = place_of(r, i);
    struct stat st;
    ZKL_ASSERT(r->keys[i].wanted && !r->keys[i].in_place);
    if (!path)
        return zkl_no_memory(err, 0);
    if (lstat(path, &st) == 0)
        ZKL_TRY(move_aside(r, path, err));
    return zkl_keyfile_save(path, &r->keys[i].file, passphrase, NULL, r->env, err);
}

/* Read, judge, write: invariant 1. */
static zkl_status restore(zkl_keys_restore_result *out, restoration *r, zkl_error *err)
{
    /* The passphrase that the files in place shall have: none, a fresh one, or that of the
     * backup. */
    const zkl_keys_restore_request *q = r->request;
    const zkl_bytes *under = q->in_clear ? NULL : q->fresh ? q->fresh : q->passphrase;
    struct stat st;
    if (stat(q->from, &st) != 0)
        return zkl_fail_errno(err, "look at", q->from);
    /* Read, then judge: a store that lost what was signed says nothing true of which key counts. */
    ZKL_TRY(S_ISDIR(st.st_mode) ? load_folder(r, err) : load_file(r, q->from, err));
    ZKL_TRY(zkl_ledger_check_head(r->ledger, err));
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (!r->keys[i].wanted)
            continue;
        ZKL_TRY(check_counts(r, i, err));
        ZKL_TRY(look_in_place(r, i, err));
        if (!q->in_clear && !q->fresh && !r->keys[i].file.info.has_passphrase)
            under = NULL; /* the backup is in the clear, and so is what is restored */
    }
    ZKL_TRY(check_one_passphrase(r, under, err)); /* invariant 4; the last thing that can refuse */
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (!r->keys[i].wanted)
            continue;
        out->in_place_count += r->keys[i].in_place;
        if (r->keys[i].in_place)
            continue;
        ZKL_TRY(put(r, i, under, err));
        out->restored_count++;
    }
    ZKL_ASSERT(out->in_place_count + out->restored_count <= KIND_COUNT);
    return ZKL_OK;
}

/* The lock is let go when this returns; secrets are wiped on every path. */
zkl_status zkl_keys_restore(zkl_keys_restore_result *out, zkl_ledger *handle,
                            const zkl_keys_restore_request *request, const zkl_env *env,
                            zkl_error *err)
{
    restoration r = { .request = request, .env = service_lent(env) };
    ZKL_AUTO_CLEAR(zkl_ledger_lock) lock = { 0 };
    char path[4096];
    *out = (zkl_keys_restore_result){ 0 };
    /* Reading, and the writer's lock beside it (invariant 2): a writer could not open, its keys are
     * lost. */
    zkl_status status = service_open(&r.ledger, handle, ZKL_LEDGER_READ, env, err);
    if (status == ZKL_OK)
        status = zkl_ledger_lock_take(&lock, handle, r.env, err);
    if (status == ZKL_OK) {
        snprintf(path, sizeof path, "%s/keys", zkl_ledger_folder(handle));
        status = zkl_folder_make(path, 0700, err);
    }
    /* What another writer recorded before the lock was ours counts, too. */
    if (status == ZKL_OK)
        status = zkl_ledger_catch_up(r.ledger, err);
    if (status == ZKL_OK)
        status = restore(out, &r, err);
    zkl_ledger_close(r.ledger);
    for (size_t i = 0; i < KIND_COUNT; i++)
        zkl_keyfile_clear(&r.keys[i].file);
    zkl_arena_clear(&r.arena);
    return status;
}
