/* The state of a role's key files, and the steps between the states (rotation.h has the drawing and
 * its rules).
 *
 *  1. Nothing here signs, and nothing decrypts: a state follows from the public keys that stand in
 *     the clear in the files, and from the trust that the log's entries gave.
 *  2. A key file is copied whole, never decrypted and encrypted again, so no passphrase is needed.
 *  3. Every step that can be cut off leaves a state that zkl_rotation_look reads as itself or as
 *     the one before. */
#include "ledger/rotation.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static const char *const role_names[] = { "signer", "log" };

const char *zkl_rotation_file(zkl_key_role role)
{
    return role == ZKL_ROLE_LOG ? "keys/log.key" : "keys/signer.key";
}

/* ---- The state machine */

/* The arrows of the drawing. Out of LOST there is none: only its owner can bring the key back. */
static void move(zkl_rotation *rotation, zkl_rotation_state to)
{
    static const bool allowed[ZKL_ROTATION_STATE_COUNT][ZKL_ROTATION_STATE_COUNT] = {
        [ZKL_ROTATION_SETTLED] = { [ZKL_ROTATION_PREPARED] = true },
        [ZKL_ROTATION_PREPARED] = { [ZKL_ROTATION_SETTLED] = true },
        [ZKL_ROTATION_COMMITTED] = { [ZKL_ROTATION_SETTLED] = true },
    };
    ZKL_ASSERT(rotation->state < ZKL_ROTATION_STATE_COUNT && to < ZKL_ROTATION_STATE_COUNT);
    ZKL_ASSERT(allowed[rotation->state][to]);
    rotation->state = to;
}

/* The paths that a state promises (rotation.h): always both of its own, and a place for the old key
 * only when one is to be kept. */
static void zkl_rotation_invariant(const zkl_rotation *r)
{
    ZKL_ASSERT(r->role == ZKL_ROLE_SIGNER || r->role == ZKL_ROLE_LOG);
    ZKL_ASSERT(r->path[0] && strncmp(r->next, r->path, strlen(r->path)) == 0);
    ZKL_ASSERT(r->state == ZKL_ROTATION_COMMITTED || !r->old[0]);
    ZKL_ASSERT((r->state == ZKL_ROTATION_LOST) == (r->lost.status != ZKL_OK));
}

/* ---- Which key counts */

/* Log keys are verifier keys of notes: Ed25519, under the log's name. */
static bool log_key_is(const zkl_trusted_log_key *known, const zkl_public_key *key)
{
    return zkl_public_key_equal(&known->key.public_key, key);
}

/* At an index and not in general: a key that counted once still verifies what it signed then. */
bool zkl_rotation_counts(const zkl_trust *trust, zkl_key_role role, const zkl_public_key *key,
                         uint64_t index)
{
    zkl_digest digest;
    /* Of the log keys one counts at each index; of the signers any number may. */
    if (role == ZKL_ROLE_LOG) {
        const zkl_trusted_log_key *known = zkl_trust_log_key_at(trust, index);
        return known && log_key_is(known, key);
    }
    zkl_public_key_digest(&digest, key);
    return zkl_trust_signer_at(trust, &digest, index) != NULL;
}

/* A ledger whose only signer was revoked has nobody: then its own key file is what a rotation
 * starts from, though it signs nothing. */
static bool anybody_counts(const zkl_trust *trust, zkl_key_role role, uint64_t index)
{
    if (role == ZKL_ROLE_LOG)
        return zkl_trust_log_key_at(trust, index) != NULL;
    for (size_t i = 0; i < trust->signer_count; i++)
        if (trust->signers[i].from <= index && index < trust->signers[i].until)
            return true;
    return false;
}

/* *until: the first entry for which the key counts no more. false: it never counted. */
static bool counted_until(uint64_t *until, const zkl_trust *trust, zkl_key_role role,
                          const zkl_public_key *key)
{
    if (role == ZKL_ROLE_LOG) {
        for (size_t i = 0; i < trust->log_key_count; i++)
            if (log_key_is(&trust->log_keys[i], key)) {
                *until = trust->log_keys[i].until;
                return true;
            }
        return false;
    }
    for (size_t i = 0; i < trust->signer_count; i++)
        if (zkl_public_key_equal(&trust->signers[i].key, key)) {
            *until = trust->signers[i].until;
            return true;
        }
    return false;
}

/* ---- Reading the state */

/* The public key of a role's file. A file that is not there is no error; one of another kind is. */
static zkl_status load_public(zkl_public_key *out, bool *found, const char *path, zkl_key_role role,
                              zkl_error *err)
{
    zkl_keyfile_info info;
    const zkl_status status = zkl_keyfile_load_info(&info, path, NULL, err);
    *found = status == ZKL_OK;
    if (status == ZKL_NOT_FOUND)
        return ZKL_OK;
    ZKL_TRY(status);
    if (info.kind != (role == ZKL_ROLE_LOG ? ZKL_KEYFILE_LOG : ZKL_KEYFILE_SIGNER))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' holds another kind of key", path);
    *out = info.public_key;
    return ZKL_OK;
}

/* Words about a key file that does not hold the key that counts. */
static void say_lost(zkl_rotation *r, const zkl_trust *trust, const zkl_public_key *have,
                     bool found)
{
    const char *role = role_names[r->role];
    uint64_t until = 0;
    ZKL_ASSERT(r->lost.status == ZKL_OK); /* said once */
    if (!found)
        (void)zkl_fail(&r->lost, ZKL_CONFLICT, "the %s key that counts is missing: '%s'", role,
                       r->path);
    else if (counted_until(&until, trust, r->role, have))
        (void)zkl_fail(&r->lost, ZKL_CONFLICT,
                       "'%s' is an older %s key: it counted for the entries below %llu", r->path,
                       role, (unsigned long long)until);
    else
        (void)zkl_fail(&r->lost, ZKL_CONFLICT, "'%s' is no %s key of this ledger", r->path, role);
    const size_t size = strlen(r->lost.text);
    snprintf(r->lost.text + size, sizeof r->lost.text - size, "; nothing is signed");
    (void)zkl_hint_add(&r->lost, ZKL_CONFLICT, ZKL_HINT_RESTORE_KEY, NULL);
}

/* The name that the old key is kept under: by the first index for which it counts no more, which is
 * the log's own word and so the same in every run. A key that never counted keeps what it is,
 * too. */
static void name_old(zkl_rotation *r, const zkl_trust *trust, const zkl_public_key *have,
                     uint64_t index)
{
    ZKL_ASSERT(!r->old[0] && r->path[0]);
    uint64_t until = index;
    const bool known = counted_until(&until, trust, r->role, have);
    snprintf(r->old, sizeof r->old, "%.4000s.%s-%llu", r->path, known ? "until" : "unknown",
             (unsigned long long)until);
    ZKL_ASSERT(r->old[0]);
}

/* From the two files and the trust alone: invariant 1 of rotation.h. */
zkl_status zkl_rotation_look(zkl_rotation *out, const char *folder, zkl_key_role role,
                             const zkl_trust *trust, uint64_t index, zkl_error *err)
{
    zkl_rotation r = { .role = role };
    zkl_public_key key, next;
    bool has_key, has_next;
    const int size = snprintf(r.path, sizeof r.path, "%s/%s", folder, zkl_rotation_file(role));
    /* The rest of the buffers is for ".next" and ".until-N". */
    if (size < 0 || size >= 4000)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", folder);
    snprintf(r.next, sizeof r.next, "%.4000s.next", r.path);
    ZKL_TRY(load_public(&key, &has_key, r.path, role, err));
    ZKL_TRY(load_public(&next, &has_next, r.next, role, err));

    /* Where nobody counts, the file in place is as good as the one that does (anybody_counts). */
    const bool key_counts = has_key && (zkl_rotation_counts(trust, role, &key, index) ||
                                        !anybody_counts(trust, role, index));
    const bool next_counts = has_next && zkl_rotation_counts(trust, role, &next, index);
    /* Both can count: two signers may. Then the rename is still to be done, unless it was done
     * already and the two files hold one key. */
    if (next_counts && !(key_counts && zkl_public_key_equal(&key, &next))) {
        r.state = ZKL_ROTATION_COMMITTED;
        if (has_key)
            name_old(&r, trust, &key, index);
    } else if (key_counts) {
        r.state = has_next ? ZKL_ROTATION_PREPARED : ZKL_ROTATION_SETTLED;
    } else {
        r.state = ZKL_ROTATION_LOST;
        say_lost(&r, trust, &key, has_key);
    }
    zkl_rotation_invariant(&r);
    *out = r;
    return ZKL_OK;
}

/* ---- Steps */

/* The new key is on the disk before anything names it. */
zkl_status zkl_rotation_prepare(zkl_rotation *r, const zkl_keyfile *fresh,
                                const zkl_bytes *passphrase, const zkl_keyfile_cost *cost,
                                const zkl_env *env, zkl_error *err)
{
    zkl_rotation_invariant(r);
    ZKL_ASSERT(r->state == ZKL_ROTATION_SETTLED && fresh->key.signer.role == r->role);
    ZKL_TRY(zkl_keyfile_save(r->next, fresh, passphrase, cost, env, err));
    move(r, ZKL_ROTATION_PREPARED);
    return ZKL_OK;
}

/* A copy, for a file system without hard links. One that is there already is from a run that was
 * cut off. */
static zkl_status keep_old(const zkl_rotation *r, zkl_error *err)
{
    zkl_rotation_invariant(r);
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_public_key kept, key;
    bool has_kept, has_key;
    ZKL_ASSERT(r->state == ZKL_ROTATION_COMMITTED && r->old[0]);
    ZKL_TRY(load_public(&kept, &has_kept, r->old, r->role, err));
    ZKL_TRY(load_public(&key, &has_key, r->path, r->role, err));
    if (has_kept && has_key && zkl_public_key_equal(&kept, &key))
        return ZKL_OK;
    if (has_kept)
        return zkl_fail(err, ZKL_CONFLICT,
                        "'%s' exists and holds another key than '%s', which is to be kept there",
                        r->old, r->path);
    ZKL_TRY(zkl_file_read(&bytes, r->path, ZKL_KEYFILE_BYTES_MAX, err));
    return zkl_file_write(r->old, zkl_buffer_bytes(&bytes), 0600, err);
}

/* Backwards from PREPARED, forwards from COMMITTED: which of the two, the log has decided. */
zkl_status zkl_rotation_settle(zkl_rotation *r, zkl_error *err)
{
    zkl_rotation_invariant(r);
    if (r->state == ZKL_ROTATION_LOST)
        return zkl_fail_as(err, ZKL_CONFLICT, &r->lost);
    if (r->state == ZKL_ROTATION_SETTLED)
        return ZKL_OK;
    if (r->state == ZKL_ROTATION_PREPARED) {
        ZKL_TRY(zkl_file_remove(r->next, err)); /* its entry was never recorded: it never counted */
    } else {
        /* Copy first, then rename: a run that is cut off between the two copies again. */
        if (r->old[0])
            ZKL_TRY(keep_old(r, err));
        ZKL_TRY(zkl_file_rename(r->next, r->path, err));
    }
    move(r, ZKL_ROTATION_SETTLED);
    r->old[0] = 0;
    return ZKL_OK;
}

/* Should the file stay, the next writer finds PREPARED, and removes it. */
void zkl_rotation_undo(zkl_rotation *r)
{
    ZKL_ASSERT(r->state == ZKL_ROTATION_PREPARED);
    if (unlink(r->next) == 0)
        move(r, ZKL_ROTATION_SETTLED);
}

/* ---- Finding a key */

/* A file that cannot be read holds no key that is looked for; what is wrong with it is said
 * elsewhere. */
static bool holds(const char *path, zkl_key_role role, const zkl_public_key *key)
{
    zkl_public_key have;
    zkl_error none = { 0 };
    bool found = false;
    return load_public(&have, &found, path, role, &none) == ZKL_OK && found &&
           zkl_public_key_equal(&have, key);
}

/* For a key that counted once: its file may have any of the names of its role. */
zkl_status zkl_rotation_find_key(char out[static ZKL_ROTATION_PATH_BYTES_MAX], const char *folder,
                                 zkl_key_role role, const zkl_public_key *key, zkl_error *err)
{
    char keys[ZKL_ROTATION_PATH_BYTES_MAX], path[ZKL_ROTATION_PATH_BYTES_MAX];
    const char *name = zkl_rotation_file(role) + strlen("keys/");
    const size_t name_size = strlen(name);
    bool found = false;
    ZKL_ASSERT(key->size);
    snprintf(keys, sizeof keys, "%.3800s/keys", folder);
    DIR *entries = opendir(keys);
    if (!entries)
        return zkl_fail_errno(err, "look into", keys);
    /* NAME.key, NAME.key.next, NAME.key.until-N: whatever begins with the role's name may hold
     * it. */
    for (const struct dirent *e; !found && (e = readdir(entries));) {
        if (strncmp(e->d_name, name, name_size) != 0)
            continue;
        snprintf(path, sizeof path, "%.3800s/%s", keys, e->d_name);
        found = holds(path, role, key);
    }
    closedir(entries);
    if (!found)
        return zkl_fail(err, ZKL_NOT_FOUND, "no file '%s*' in '%s' holds that key", name, keys);
    memcpy(out, path, sizeof path);
    return ZKL_OK;
}
