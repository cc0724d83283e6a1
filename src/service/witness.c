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
#include "service/witness_served.h"

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

/* ---- Which logs, and by which keys */

/* What counts for one log. */
typedef struct witnessed {
    zkl_trust trust;        /* without keys */
    zkl_verifier_key *keys; /* any of them counts; the first is the log's first */
    size_t key_count;       /* 0: the trust */
} witnessed;

static const zkl_verifier_key *first_key(const witnessed *log)
{
    return log->key_count ? &log->keys[0] : &log->trust.first_log_key;
}

/* By a trust: with the log key that counts at the checkpoint's last entry. */
static zkl_status find_signer_by_trust(const zkl_verifier_key **out, const zkl_trust *trust,
                                       const zkl_checkpoint *checkpoint, zkl_error *err)
{
    const uint64_t last = checkpoint->size ? checkpoint->size - 1 : 0;
    const zkl_trusted_log_key *const key = zkl_trust_log_key_at(trust, last);
    if (!key)
        return zkl_fail(err, ZKL_UNCHECKED, "no log key of the trust file counts at entry %llu",
                        (unsigned long long)last);
    *out = &key->key;
    return zkl_checkpoint_verify(checkpoint, &key->key, err);
}

/* The key of the log that signed the checkpoint. */
static zkl_status find_signer(const zkl_verifier_key **out, const witnessed *log,
                              const zkl_checkpoint *checkpoint, zkl_error *err)
{
    zkl_status status = ZKL_UNCHECKED;
    if (!log->key_count)
        return find_signer_by_trust(out, &log->trust, checkpoint, err);
    for (size_t i = 0; i < log->key_count && status != ZKL_OK; i++) {
        *out = &log->keys[i];
        status = zkl_checkpoint_verify(checkpoint, &log->keys[i], err);
    }
    return status;
}

/* ---- Cosigning */

typedef struct cosigning {
    const char *folder;
    const zkl_keyfile *file;
    zkl_bytes asked;
    zkl_arena arena;
    zkl_cosign_request request;
    zkl_remembered fresh;
    char memory_path[PATH_MAX];
    int lock_plus_1;
    uint64_t old_size;
    service_witness_refusal refusal;
} cosigning;

static void cosigning_clear(cosigning *c)
{
    zkl_arena_clear(&c->arena);
    if (c->lock_plus_1)
        close(c->lock_plus_1 - 1);
    c->lock_plus_1 = 0;
}

/* The key first: without it nothing is remembered. */
static zkl_status open_key(zkl_keyfile *out, const char *folder, const zkl_bytes *passphrase,
                           zkl_error *err)
{
    char path[PATH_MAX];
    bool others_can_read = false;
    ZKL_TRY(path_in(path, folder, "witness.key", err));
    ZKL_TRY(zkl_keyfile_load(out, path, passphrase, &others_can_read, err));
    if (out->info.kind != ZKL_KEYFILE_WITNESS)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' holds no key of a witness", path);
    if (others_can_read)
        return zkl_fail(err, ZKL_DENIED, "'%s' can be read by others: chmod 600", path);
    return ZKL_OK;
}

static zkl_status parse_request(cosigning *c, zkl_error *err)
{
    c->refusal = SERVICE_WITNESS_BAD_REQUEST;
    ZKL_TRY(zkl_cosign_request_parse(&c->request, &c->arena, c->asked, err));
    c->refusal = SERVICE_WITNESS_NO_REFUSAL;
    return ZKL_OK;
}

static zkl_status check_checkpoint(cosigning *c, const witnessed *log, zkl_error *err)
{
    const zkl_verifier_key *key = NULL;
    c->refusal = SERVICE_WITNESS_BAD_SIGNATURE;
    ZKL_TRY(find_signer(&key, log, &c->request.checkpoint, err));
    c->refusal = SERVICE_WITNESS_NO_REFUSAL;
    return zkl_remembered_make(&c->fresh, &c->arena, first_key(log), key, false, c->request.note,
                               err);
}

static zkl_status take_lock(cosigning *c, zkl_error *err)
{
    char path[PATH_MAX];
    ZKL_TRY(path_in(path, c->folder, "lock", err));
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
    const zkl_digest *const root = known ? &known->checkpoint.root : &nothing;
    c->old_size = known ? known->checkpoint.size : 0;
    if (known && !zkl_digest_equal(&known->ledger, &c->fresh.ledger))
        return zkl_fail(err, ZKL_CONFLICT,
                        "this witness signs another log of the name '%.*s', with another first key",
                        (int)r->checkpoint.origin.size, (const char *)r->checkpoint.origin.data);
    if (r->old_size != c->old_size) {
        c->refusal = SERVICE_WITNESS_OTHER_SIZE;
        return zkl_fail(
            err, ZKL_CONFLICT,
            "this witness signed the log at %llu entries, and a request must begin there: "
            "this one begins at %llu. Ask the log's owner for one from %llu",
            (unsigned long long)c->old_size, (unsigned long long)r->old_size,
            (unsigned long long)c->old_size);
    }
    if (!zkl_rfc6962_consistency_verify(r->old_size, root, r->checkpoint.size, &r->checkpoint.root,
                                        r->path, r->path_count)) {
        c->refusal =
            r->old_size == r->checkpoint.size && !zkl_digest_equal(root, &r->checkpoint.root)
                ? SERVICE_WITNESS_OTHER_ROOT
                : SERVICE_WITNESS_BAD_PROOF;
        return zkl_fail(
            err, ZKL_REJECTED,
            "the checkpoint of %llu entries is not shown to extend the one of %llu that "
            "this witness signed: the log is forked, or the proof is false. Nothing was "
            "signed; keep the request, its log key signed it",
            (unsigned long long)r->checkpoint.size, (unsigned long long)r->old_size);
    }
    return ZKL_OK;
}

/* Under the lock: read, compare, write. An empty tree is not remembered: there is one alone. */
static zkl_status remember(cosigning *c, zkl_error *err)
{
    zkl_remembered known;
    zkl_digest id;
    char hex[65], name[sizeof "logs/" + 64];
    ZKL_ASSERT(c->lock_plus_1);
    zkl_sha256(&id, c->request.checkpoint.origin.data, c->request.checkpoint.origin.size);
    zkl_hex_encode(hex, id.bytes, 32);
    snprintf(name, sizeof name, "logs/%s", hex);
    ZKL_TRY(path_in(c->memory_path, c->folder, name, err));
    const zkl_status status = zkl_remembered_load(&known, &c->arena, c->memory_path, err);
    if (status != ZKL_OK && status != ZKL_NOT_FOUND)
        return zkl_wrap(err, status, "the witness's memory");
    ZKL_TRY(check_extends(c, status == ZKL_OK ? &known : NULL, err));
    return c->request.checkpoint.size ? zkl_remembered_save(c->memory_path, &c->fresh, 0600, err)
                                      : ZKL_OK;
}

/* The cosignature's line, by the clock of env. */
static zkl_status sign(zkl_buffer *line, zkl_verifier_key *key, int64_t *now_ms, const cosigning *c,
                       const zkl_env *env, zkl_error *err)
{
    *now_ms = zkl_env_now_ms(env);
    if (*now_ms < 0 || *now_ms > ZKL_TIME_MS_MAX)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "the clock is not in the years 1970 to 9999");
    ZKL_TRY(verifier_of(key, c->file, err));
    ZKL_TRY(zkl_note_cosign(line, c->request.checkpoint.note.text, key->name,
                            (uint64_t)*now_ms / 1000, &c->file->key.signer, err));
    return zkl_buffer_status(line, err);
}

/* ---- Once, for a file */

static zkl_status answer(zkl_witness_cosigned *out, const cosigning *c, const zkl_env *env,
                         zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) line = { 0 };
    zkl_verifier_key key;
    char time[ZKL_TIME_CHARS + 1];
    int64_t now_ms;
    ZKL_TRY(sign(&line, &key, &now_ms, c, env, err));
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

static zkl_status cosign(zkl_witness_cosigned *out, cosigning *c, zkl_bytes trust,
                         const zkl_env *env, zkl_error *err)
{
    witnessed log = { 0 };
    ZKL_TRY(service_parse_trust(&log.trust, &c->arena, trust, NULL, err));
    ZKL_TRY(parse_request(c, err));
    if (!c->request.checkpoint.size)
        return zkl_fail(err, ZKL_BAD_INPUT, "the checkpoint is of an empty log");
    ZKL_TRY(check_checkpoint(c, &log, err));
    ZKL_TRY(take_lock(c, err));
    ZKL_TRY(remember(c, err));
    return answer(out, c, env, err);
}

zkl_status zkl_witness_cosign(zkl_witness_cosigned *out, const zkl_witness_cosign_request *request,
                              const zkl_env *env, zkl_error *err)
{
    zkl_keyfile file = { 0 };
    cosigning c = { .folder = request->folder, .file = &file, .asked = request->request };
    *out = (zkl_witness_cosigned){ 0 };
    zkl_status status = open_key(&file, request->folder, request->passphrase, err);
    if (status == ZKL_OK)
        status = cosign(out, &c, request->trust, env, err);
    cosigning_clear(&c);
    zkl_keyfile_clear(&file);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_witness_cosigned){ 0 };
    }
    return status;
}

/* ---- Again and again, for a service */

struct service_witness {
    zkl_arena memory;
    const char *folder, *key_text;
    zkl_keyfile file;
    witnessed *logs;
    size_t log_count;
};

static zkl_status take_keys(witnessed *out, zkl_arena *memory, const service_witnessed_log *log,
                            zkl_error *err)
{
    out->keys = ZKL_ARENA_NEW(memory, zkl_verifier_key, log->key_count);
    if (!out->keys)
        return zkl_no_memory(err, log->key_count * sizeof *out->keys);
    for (; out->key_count < log->key_count; out->key_count++) {
        zkl_verifier_key *const key = &out->keys[out->key_count];
        ZKL_TRY(zkl_verifier_key_parse(key, zkl_bytes_of_text(log->keys[out->key_count]), err));
        if (zkl_verifier_key_cosigns(key))
            return zkl_fail(err, ZKL_BAD_INPUT, "the key of '%s' is a witness's, not a log's",
                            key->name);
        if (strcmp(key->name, out->keys[0].name) != 0)
            return zkl_fail(err, ZKL_USAGE, "keys of '%s' and of '%s' are not of one log",
                            out->keys[0].name, key->name);
    }
    return ZKL_OK;
}

static const witnessed *find_log(const service_witness *w, zkl_bytes origin)
{
    for (size_t i = 0; i < w->log_count; i++)
        if (zkl_bytes_equal_text(origin, first_key(&w->logs[i])->name))
            return &w->logs[i];
    return NULL;
}

static zkl_status take_log(service_witness *w, const service_witnessed_log *log, zkl_error *err)
{
    witnessed *const next = &w->logs[w->log_count];
    if (log->key_count)
        ZKL_TRY(take_keys(next, &w->memory, log, err));
    else
        ZKL_TRY(service_parse_trust(&next->trust, &w->memory, log->trust, NULL, err));
    const char *const name = first_key(next)->name;
    if (find_log(w, zkl_bytes_of_text(name)))
        return zkl_fail(err, ZKL_USAGE, "the log '%s' is named twice", name);
    w->log_count++;
    return ZKL_OK;
}

static zkl_status open_all(service_witness *w, const char *folder,
                           const service_witnessed_log *logs, size_t log_count, zkl_error *err)
{
    zkl_verifier_key key;
    w->folder = zkl_arena_text(&w->memory, folder, strlen(folder));
    w->logs = ZKL_ARENA_NEW(&w->memory, witnessed, log_count);
    if (!w->folder || (log_count && !w->logs))
        return zkl_no_memory(err, log_count * sizeof *w->logs);
    for (size_t i = 0; i < log_count; i++) {
        w->logs[i] = (witnessed){ 0 };
        ZKL_TRY(take_log(w, &logs[i], err));
    }
    ZKL_TRY(open_key(&w->file, folder, NULL, err));
    ZKL_TRY(verifier_of(&key, &w->file, err));
    w->key_text = verifier_text(&w->memory, &key);
    return w->key_text ? ZKL_OK : zkl_no_memory(err, 0);
}

zkl_status service_witness_open(service_witness **out, const char *folder,
                                const service_witnessed_log *logs, size_t log_count, zkl_error *err)
{
    service_witness *const w = zkl_calloc(1, sizeof *w);
    if (!w)
        return zkl_no_memory(err, sizeof *w);
    const zkl_status status = open_all(w, folder, logs, log_count, err);
    if (status != ZKL_OK) {
        service_witness_close(w);
        return status;
    }
    *out = w;
    return ZKL_OK;
}

void service_witness_close(service_witness *witness)
{
    if (!witness)
        return;
    zkl_keyfile_clear(&witness->file);
    zkl_arena_clear(&witness->memory);
    zkl_free(witness);
}

const char *service_witness_key(const service_witness *witness)
{
    return witness->key_text;
}

zkl_status service_witness_check_key(const char *key, zkl_error *err)
{
    zkl_verifier_key parsed;
    ZKL_TRY(zkl_verifier_key_parse(&parsed, zkl_bytes_of_text(key), err));
    return zkl_verifier_key_cosigns(&parsed)
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "the key of '%s' is a log's, not a witness's",
                          parsed.name);
}

/* The signature is made under the lock too: so a signer is used by one thread at a time. */
static zkl_status add(zkl_buffer *line, cosigning *c, const service_witness *w, const zkl_env *env,
                      zkl_error *err)
{
    zkl_verifier_key key;
    int64_t now_ms;
    ZKL_TRY(parse_request(c, err));
    const witnessed *const log = find_log(w, c->request.checkpoint.origin);
    if (!log) {
        c->refusal = SERVICE_WITNESS_UNKNOWN_LOG;
        return zkl_fail(err, ZKL_NOT_FOUND, "this witness signs no log of that name");
    }
    ZKL_TRY(check_checkpoint(c, log, err));
    ZKL_TRY(take_lock(c, err));
    ZKL_TRY(remember(c, err));
    return sign(line, &key, &now_ms, c, env, err);
}

zkl_status service_witness_add(service_witness_added *out, service_witness *witness,
                               zkl_bytes request, const zkl_env *env, zkl_error *err)
{
    cosigning c = { .folder = witness->folder, .file = &witness->file, .asked = request };
    *out = (service_witness_added){ 0 };
    const zkl_status status = add(&out->lines, &c, witness, env, err);
    out->refusal = c.refusal;
    out->size = c.old_size;
    if (status == ZKL_NO_MEMORY)
        out->refusal = SERVICE_WITNESS_NO_REFUSAL;
    cosigning_clear(&c);
    return status;
}
