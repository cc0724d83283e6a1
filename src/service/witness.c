/* A witness: a key, and a memory of the newest tree of each log that it signed.
 *
 *     FOLDER/witness.key      its key (docs/formats/keyfile.md)
 *     FOLDER/lock             held from reading the memory until it is written
 *     FOLDER/logs/HASH        the newest checkpoint (docs/formats/remembered.md) of the log whose
 *                             name has this SHA-256
 *
 *  1. What is remembered is synced before a signature leaves: after a crash the witness may have
 *     forgotten an answer, never a tree that it signed.
 *  2. The memory goes by the log's name, which is what a cosignature binds. Two logs of one name
 *     and different keys would be two trees that this witness vouches for at once. */
#include <zkl/witness.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "keys/keyfile.h"
#include "keys/sign_record.h"
#include "ledger/remember.h"
#include "record/cosign_request.h"
#include "service/output.h"
#include "service/service_internal.h"

static zkl_status path_in(char out[static PATH_MAX], const char *folder, const char *name,
                          zkl_error *err)
{
    const int size = snprintf(out, PATH_MAX, "%s/%s", folder, name);
    return size > 0 && size < PATH_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", folder);
}

static zkl_status verifier_of(zkl_verifier_key *out, const zkl_keyfile *file, zkl_error *err)
{
    return zkl_verifier_key_init(out, zkl_note_cosignature_type(file->info.public_key.type),
                                 file->info.name, &file->info.public_key, err);
}

static const char *verifier_text(zkl_arena *memory, const zkl_verifier_key *key)
{
    char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_verifier_key_encode(text, key);
    return zkl_arena_text(memory, text, strlen(text));
}

/* ---- Making one */

static zkl_status make(zkl_witness_made *out, zkl_keyfile *file, const char *folder,
                       const char *name, zkl_witness_algorithm algorithm,
                       const zkl_bytes *passphrase, const zkl_env *env, zkl_error *err)
{
    zkl_verifier_key key;
    char path[PATH_MAX];
    const zkl_key_type type =
        algorithm == ZKL_WITNESS_ML_DSA_44 ? ZKL_KEY_ML_DSA_44 : ZKL_KEY_ED25519;
    ZKL_TRY(zkl_keyfile_make(file, ZKL_KEYFILE_WITNESS, type, name, env, err));
    ZKL_TRY(verifier_of(&key, file, err)); /* refuses a name that no note can have */
    ZKL_TRY(service_output_apart(folder, NULL, 0, NULL, err));
    ZKL_TRY(zkl_folder_make(folder, 0700, err));
    ZKL_TRY(path_in(path, folder, "logs", err));
    ZKL_TRY(zkl_folder_make(path, 0700, err));
    ZKL_TRY(path_in(path, folder, "witness.key", err));
    ZKL_TRY(zkl_keyfile_save(path, file, passphrase, NULL, env, err));
    out->verifier_key = verifier_text(&out->memory, &key);
    return out->verifier_key ? ZKL_OK : zkl_no_memory(err, 0);
}

zkl_status zkl_witness_make(zkl_witness_made *out, const char *folder, const char *name,
                            zkl_witness_algorithm algorithm, const zkl_bytes *passphrase,
                            const zkl_env *env, zkl_error *err)
{
    zkl_keyfile file = { 0 };
    *out = (zkl_witness_made){ 0 };
    ZKL_TRY(service_check_folder_name(folder, err));
    const zkl_status status = make(out, &file, folder, name, algorithm, passphrase, env, err);
    zkl_keyfile_clear(&file);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_witness_made){ 0 };
    }
    return status;
}

/* ---- Cosigning */

typedef struct cosigning {
    const zkl_witness_cosign_request *asked;
    zkl_arena arena;
    zkl_keyfile file;
    zkl_trust trust;
    zkl_cosign_request request;
    zkl_remembered fresh;
    char memory_path[PATH_MAX];
    int lock_plus_1;
    uint64_t old_size;
} cosigning;

static void cosigning_clear(cosigning *c)
{
    zkl_keyfile_clear(&c->file);
    zkl_arena_clear(&c->arena);
    if (c->lock_plus_1)
        close(c->lock_plus_1 - 1);
    c->lock_plus_1 = 0;
}

/* The key first: without it nothing is remembered. */
static zkl_status open_key(cosigning *c, zkl_error *err)
{
    char path[PATH_MAX];
    bool others_can_read = false;
    ZKL_TRY(path_in(path, c->asked->folder, "witness.key", err));
    ZKL_TRY(zkl_keyfile_load(&c->file, path, c->asked->passphrase, &others_can_read, err));
    if (c->file.info.kind != ZKL_KEYFILE_WITNESS)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' holds no key of a witness", path);
    if (others_can_read)
        return zkl_fail(err, ZKL_DENIED, "'%s' can be read by others: chmod 600", path);
    return ZKL_OK;
}

/* By the log key that counts at the checkpoint's last entry. */
static zkl_status check_checkpoint(cosigning *c, zkl_error *err)
{
    ZKL_TRY(service_parse_trust(&c->trust, &c->arena, c->asked->trust, NULL, err));
    ZKL_TRY(zkl_cosign_request_parse(&c->request, &c->arena, c->asked->request, err));
    const zkl_checkpoint *checkpoint = &c->request.checkpoint;
    if (!checkpoint->size)
        return zkl_fail(err, ZKL_BAD_INPUT, "the checkpoint is of an empty log");
    const zkl_trusted_log_key *key = zkl_trust_log_key_at(&c->trust, checkpoint->size - 1);
    if (!key)
        return zkl_fail(err, ZKL_UNCHECKED, "no log key of the trust file counts at entry %llu",
                        (unsigned long long)(checkpoint->size - 1));
    ZKL_TRY(zkl_checkpoint_verify(checkpoint, &key->key, err));
    return zkl_remembered_make(&c->fresh, &c->arena, &c->trust.first_log_key, &key->key, false,
                               c->request.note, err);
}

static zkl_status take_lock(cosigning *c, zkl_error *err)
{
    char path[PATH_MAX];
    ZKL_TRY(path_in(path, c->asked->folder, "lock", err));
    const int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return zkl_fail_errno(err, "open the lock", path);
    c->lock_plus_1 = fd + 1;
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return zkl_fail_errno(err, "lock", path);
    return ZKL_OK;
}

/* Does the request extend what is remembered? known NULL: nothing is. */
static zkl_status check_extends(cosigning *c, const zkl_remembered *known, zkl_error *err)
{
    const zkl_cosign_request *r = &c->request;
    zkl_digest nothing;
    zkl_sha256(&nothing, "", 0);
    c->old_size = known ? known->checkpoint.size : 0;
    if (known && !zkl_digest_equal(&known->ledger, &c->fresh.ledger))
        return zkl_fail(err, ZKL_CONFLICT,
                        "this witness signs another log of the name '%.*s', with another first key",
                        (int)r->checkpoint.origin.size, (const char *)r->checkpoint.origin.data);
    if (r->old_size != c->old_size)
        return zkl_fail(
            err, ZKL_CONFLICT,
            "this witness signed the log at %llu entries, and a request must begin there: "
            "this one begins at %llu. Ask the log's owner for one from %llu",
            (unsigned long long)c->old_size, (unsigned long long)r->old_size,
            (unsigned long long)c->old_size);
    if (!zkl_rfc6962_consistency_verify(r->old_size, known ? &known->checkpoint.root : &nothing,
                                        r->checkpoint.size, &r->checkpoint.root, r->path,
                                        r->path_count))
        return zkl_fail(
            err, ZKL_REJECTED,
            "the checkpoint of %llu entries is not shown to extend the one of %llu that "
            "this witness signed: the log is forked, or the proof is false. Nothing was "
            "signed; keep the request, its log key signed it",
            (unsigned long long)r->checkpoint.size, (unsigned long long)r->old_size);
    return ZKL_OK;
}

/* Under the lock: read, compare, write. */
static zkl_status remember(cosigning *c, zkl_error *err)
{
    zkl_remembered known;
    zkl_digest id;
    char hex[65], name[sizeof "logs/" + 64];
    ZKL_ASSERT(c->lock_plus_1);
    zkl_sha256(&id, c->request.checkpoint.origin.data, c->request.checkpoint.origin.size);
    zkl_hex_encode(hex, id.bytes, 32);
    snprintf(name, sizeof name, "logs/%s", hex);
    ZKL_TRY(path_in(c->memory_path, c->asked->folder, name, err));
    const zkl_status status = zkl_remembered_load(&known, &c->arena, c->memory_path, err);
    if (status != ZKL_OK && status != ZKL_NOT_FOUND)
        return zkl_wrap(err, status, "the witness's memory");
    ZKL_TRY(check_extends(c, status == ZKL_OK ? &known : NULL, err));
    return zkl_remembered_save(c->memory_path, &c->fresh, 0600, err);
}

static zkl_status answer(zkl_witness_cosigned *out, const cosigning *c, const zkl_env *env,
                         zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) line = { 0 };
    zkl_verifier_key key;
    char time[ZKL_TIME_CHARS + 1];
    const int64_t now_ms = zkl_env_now_ms(env);
    if (now_ms < 0 || now_ms > ZKL_TIME_MS_MAX)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "the clock is not in the years 1970 to 9999");
    ZKL_TRY(verifier_of(&key, &c->file, err));
    ZKL_TRY(zkl_note_cosign(&line, c->request.checkpoint.note.text, key.name,
                            (uint64_t)now_ms / 1000, &c->file.key.signer, err));
    zkl_time_format(time, now_ms / 1000 * 1000);
    const zkl_bytes origin = c->request.checkpoint.origin;
    out->answer = zkl_bytes_of(zkl_arena_copy(&out->memory, line.data, line.size), line.size);
    out->origin = zkl_arena_text(&out->memory, (const char *)origin.data, origin.size);
    out->witness = zkl_arena_text(&out->memory, key.name, strlen(key.name));
    out->verifier_key = verifier_text(&out->memory, &key);
    out->time = zkl_arena_text(&out->memory, time, strlen(time));
    out->old_size = c->old_size;
    out->size = c->request.checkpoint.size;
    return out->answer.data && out->origin && out->witness && out->verifier_key && out->time
               ? ZKL_OK
               : zkl_no_memory(err, line.size);
}

zkl_status zkl_witness_cosign(zkl_witness_cosigned *out, const zkl_witness_cosign_request *request,
                              const zkl_env *env, zkl_error *err)
{
    cosigning c = { .asked = request };
    *out = (zkl_witness_cosigned){ 0 };
    zkl_status status = open_key(&c, err);
    if (status == ZKL_OK)
        status = check_checkpoint(&c, err);
    if (status == ZKL_OK)
        status = take_lock(&c, err);
    if (status == ZKL_OK)
        status = remember(&c, err);
    if (status == ZKL_OK)
        status = answer(out, &c, env, err);
    cosigning_clear(&c);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_witness_cosigned){ 0 };
    }
    return status;
}
