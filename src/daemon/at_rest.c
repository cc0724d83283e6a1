/* The key of encryption at rest, guarded and told of, and the files that are under it.
 *
 * The provider's key is used through `guarded`, a key-encryption key of its own that passes each
 * call on and keeps to the breaker. A refusal is an answer: only silence counts as a failure. */
#include "daemon/at_rest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "daemon/at_rest_internal.h"
#include "daemon/client.h"
#include "daemon/empty_folder.h"
#include "daemon/jobs.h"

#define CONNECT_MS 3000
#define WHOLE_MS 5000
#define ANSWER_BYTES_MAX ((size_t)256 << 10)
#define PART_BYTES ((size_t)64 << 10)

static const daemon_breaker_settings breaker_settings = {
    .failures_max = 3, .open_ms = 2000, .open_ms_most = 60000, .probe_ms = 15000
};

/* ---- the guarded key */

static zkl_status ask_leave(guarded_kek *g, daemon_ticket *ticket, zkl_error *err)
{
    return daemon_breaker_ask(&g->breaker, ticket, daemon_clock_ms())
               ? ZKL_OK
               : zkl_fail(err, ZKL_IO, "'%s' did not answer, and is left alone for a while",
                          g->kek.id);
}

static zkl_status tell(guarded_kek *g, daemon_ticket ticket, zkl_status status)
{
    daemon_breaker_tell(&g->breaker, ticket, status != ZKL_IO, daemon_clock_ms());
    return status;
}

#define GUARD(kek, call)                                                                           \
    guarded_kek *const g = (guarded_kek *)(kek);                                                   \
    daemon_ticket ticket;                                                                          \
    ZKL_TRY(ask_leave(g, &ticket, err));                                                           \
    return tell(g, ticket, g->of->ops->call)

static zkl_status guarded_wrap(zkl_kek *kek, zkl_wrapped_key *out, const zkl_object_key *key,
                               zkl_error *err)
{
    GUARD(kek, wrap(g->of, out, key, err));
}

static zkl_status guarded_unwrap(zkl_kek *kek, uint8_t key[static ZKL_CRYPTO_KEY_BYTES],
                                 const zkl_wrapped_key *wrapped,
                                 const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_error *err)
{
    GUARD(kek, unwrap(g->of, key, wrapped, object, err));
}

static zkl_status guarded_rewrap(zkl_kek *kek, zkl_wrapped_key *out, const zkl_wrapped_key *wrapped,
                                 zkl_error *err)
{
    GUARD(kek, rewrap(g->of, out, wrapped, err));
}

static zkl_status guarded_versions(zkl_kek *kek, zkl_kek_versions *out, zkl_error *err)
{
    GUARD(kek, versions(g->of, out, err));
}

static zkl_status guarded_rotate(zkl_kek *kek, zkl_error *err)
{
    GUARD(kek, rotate(g->of, err));
}

static zkl_status guarded_retire(zkl_kek *kek, uint32_t oldest, zkl_error *err)
{
    GUARD(kek, retire(g->of, oldest, err));
}

static void guarded_close(zkl_kek *kek)
{
    guarded_kek *const g = (guarded_kek *)kek;
    zkl_kek_close(g->of);
    daemon_breaker_clear(&g->breaker);
}

static void guard(guarded_kek *g, zkl_kek *of)
{
    *g = (guarded_kek){ .of = of,
                        .ops = { .name = of->ops->name,
                                 .wrap = guarded_wrap,
                                 .unwrap = guarded_unwrap,
                                 .rewrap = of->ops->rewrap ? guarded_rewrap : NULL,
                                 .versions = guarded_versions,
                                 .rotate = guarded_rotate,
                                 .retire = guarded_retire,
                                 .close = guarded_close } };
    g->kek.ops = &g->ops;
    snprintf(g->kek.id, sizeof g->kek.id, "%s", of->id);
    daemon_breaker_init(&g->breaker, &breaker_settings);
}

/* A connection for each call: keys are used seldom, and by any thread. */
static zkl_status ask_service(void *context, zkl_kek_answer *out, const char *url,
                              const char *token, zkl_bytes body, zkl_error *err)
{
    const daemon_at_rest *const a = context;
    ZKL_AUTO_CLEAR(zkl_buffer) header = { 0 };
    daemon_client *client = NULL;
    daemon_client_answer answer = { 0 };
    zkl_buffer_put_text(&header, "X-Vault-Token: ");
    zkl_buffer_put_text(&header, token);
    zkl_buffer_put_u8(&header, 0);
    ZKL_TRY(zkl_buffer_status(&header, err));
    const char *const headers[] = { (const char *)header.data, NULL };
    const daemon_client_request request = { .url = url,
                                            .content_type = body.size ? "application/json" : NULL,
                                            .body = body,
                                            .headers = headers,
                                            .ca = a->settings->ca,
                                            .answer_bytes_max = ANSWER_BYTES_MAX,
                                            .connect_ms = CONNECT_MS,
                                            .wait_ms = WHOLE_MS };
    zkl_status status = daemon_client_new(&client, err);
    if (status == ZKL_OK)
        status = daemon_client_ask(&answer, client, &request, err);
    daemon_client_free(client);
    out->code = answer.code;
    out->body = answer.body;
    return status;
}

/* ---- events */

static void put_event(daemon_audit *audit, const told_use *u)
{
    const bool changes = u->act == ZKL_VAULT_ROTATE || u->act == ZKL_VAULT_RETIRE;
    const zkl_event event = {
        .kind = changes ? ZKL_EVENT_WRAPPING_KEY_CHANGED : ZKL_EVENT_WRAPPING_KEY_USED,
        .outcome = u->status == ZKL_OK ? ZKL_EVENT_SUCCESS : ZKL_EVENT_FAILURE,
        .action = zkl_vault_act_name(u->act),
        .actor = "",
        .org = "default",
        .reason = u->status == ZKL_OK ? "" : zkl_status_text(u->status),
        .resource = u->object,
        .code = u->version
    };
    (void)daemon_audit_put(audit, &event, true);
}

/* Before there is an audit log the first uses wait for it. */
static void told_of_use(void *context, const zkl_vault_use *use)
{
    daemon_at_rest *const a = context;
    told_use u = { .act = use->act, .version = use->version, .status = use->status };
    if (use->object.kind)
        snprintf(u.object, sizeof u.object, "%s", use->object.name);
    pthread_mutex_lock(&a->mutex);
    const uint32_t version =
        use->version < DAEMON_KEK_VERSIONS ? use->version : DAEMON_KEK_VERSIONS - 1;
    a->counts.uses[use->act][version]++;
    a->counts.failed[use->act] += use->status != ZKL_OK;
    daemon_audit *const audit = a->audit;
    if (!audit && a->early_count < EARLY_MAX)
        a->early[a->early_count++] = u;
    pthread_mutex_unlock(&a->mutex);
    if (audit)
        put_event(audit, &u);
}

void daemon_at_rest_count(daemon_at_rest_counts *out, const daemon_at_rest *a)
{
    *out = (daemon_at_rest_counts){ 0 };
    if (!a)
        return;
    pthread_mutex_t *const mutex = (pthread_mutex_t *)(uintptr_t)&a->mutex;
    pthread_mutex_lock(mutex);
    *out = a->counts;
    pthread_mutex_unlock(mutex);
}

void daemon_at_rest_tell(daemon_at_rest *a, daemon_audit *audit)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->mutex);
    a->audit = audit;
    const size_t count = audit ? a->early_count : 0;
    a->early_count -= count;
    pthread_mutex_unlock(&a->mutex);
    for (size_t i = 0; i < count; i++)
        put_event(audit, &a->early[i]);
}

/* ---- the work folder */

static zkl_status check_work_folder(const daemon_at_rest *a, int fd, zkl_error *err)
{
    const char *const path = a->settings->work_folder;
    struct stat st;
    struct statfs fs;
    if (fstat(fd, &st) != 0 || fstatfs(fd, &fs) != 0)
        return zkl_fail_errno(err, "look at", path);
    if (st.st_uid != geteuid() || (st.st_mode & 077))
        return zkl_fail(err, ZKL_DENIED, "'%s' is not its owner's alone", path);
    if (!a->settings->work_folder_may_be_disk && fs.f_type != TMPFS_MAGIC &&
        fs.f_type != RAMFS_MAGIC)
        return zkl_fail(err, ZKL_DENIED,
                        "'%s' is not in memory (tmpfs), so files would be in clear on a disk",
                        path);
    return ZKL_OK;
}

static void empty_work_folder(const daemon_at_rest *a)
{
    const int fd = openat(a->work, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        daemon_empty_folder(fd);
}

/* A service that ended meanwhile has removed it. */
static bool is_still_there(int fd, const char *path)
{
    struct stat open, there;
    return fstat(fd, &open) == 0 && lstat(path, &there) == 0 && open.st_dev == there.st_dev &&
           open.st_ino == there.st_ino;
}

/* Made anew: what a killed service left in it goes. */
static zkl_status open_work_folder(daemon_at_rest *a, zkl_error *err)
{
    const char *const path = a->settings->work_folder;
    ZKL_TRY(zkl_folder_make(path, 0700, err));
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    zkl_status status = check_work_folder(a, fd, err);
    if (status == ZKL_OK && (flock(fd, LOCK_EX | LOCK_NB) != 0 || !is_still_there(fd, path)))
        status = zkl_fail(err, ZKL_CONFLICT, "another service works in '%s'", path);
    if (status == ZKL_OK) {
        a->work = fd;
        empty_work_folder(a);
    } else {
        close(fd);
    }
    return status;
}

/* ---- opening */

static zkl_status open_key(daemon_at_rest *a, bool makes, zkl_error *err)
{
    zkl_kek_settings kek = a->settings->kek;
    zkl_kek *of = NULL;
    ZKL_TRY(zkl_crypto_new(&a->crypto, a->settings->fips, err));
    kek.crypto = a->crypto;
    kek.makes = makes;
    kek.ask = ask_service;
    kek.ask_context = a;
    ZKL_TRY(zkl_kek_open(&of, &kek, err));
    guard(&a->guarded, of);
    a->vault = (zkl_vault){
        .kek = &a->guarded.kek, .crypto = a->crypto, .used = told_of_use, .context = a
    };
    return ZKL_OK;
}

zkl_status daemon_at_rest_open(daemon_at_rest **out, const daemon_at_rest_settings *settings,
                               const char *folder, bool makes, zkl_error *err)
{
    daemon_at_rest *const a = zkl_calloc(1, sizeof *a);
    if (!a)
        return zkl_no_memory(err, sizeof *a);
    a->settings = settings;
    a->folder = folder;
    a->work = -1;
    pthread_mutex_init(&a->mutex, NULL);
    pthread_rwlock_init(&a->creating, NULL);
    static const char *const covered[] = { "files",          "jobs",
                                           "secrets/pepper", "secrets/ledger-passphrase",
                                           "keys.json",      "second_factors.json" };
    _Static_assert(ZKL_COUNT(covered) + 1 == ZKL_COUNT(((daemon_at_rest *)0)->covered), "");
    /* The key last: it may be made. */
    zkl_status status = open_work_folder(a, err);
    if (status == ZKL_OK)
        status = open_key(a, makes, err);
    for (size_t i = 0; i < ZKL_COUNT(covered) && status == ZKL_OK; i++) {
        a->covered[i] = zkl_arena_format(&a->memory, "%s/%s", folder, covered[i]);
        status = a->covered[i] ? ZKL_OK : zkl_no_memory(err, 0);
    }
    if (status == ZKL_OK)
        *out = a;
    else
        daemon_at_rest_free(a);
    return status;
}

void daemon_at_rest_free(daemon_at_rest *a)
{
    if (!a)
        return;
    if (a->work >= 0) {
        empty_work_folder(a);
        (void)rmdir(a->settings->work_folder); /* one that is left is made anew all the same */
        close(a->work);
    }
    if (a->vault.kek)
        zkl_kek_close(a->vault.kek);
    zkl_crypto_free(a->crypto);
    zkl_secret_free(a->passphrase);
    zkl_arena_clear(&a->memory);
    pthread_mutex_destroy(&a->mutex);
    pthread_rwlock_destroy(&a->creating);
    zkl_free(a);
}

const zkl_vault *daemon_at_rest_vault(const daemon_at_rest *a)
{
    return &a->vault;
}

const char *daemon_at_rest_work_folder(const daemon_at_rest *a)
{
    return a->settings->work_folder;
}

/* ---- the passphrase of ledgers' keys */

#define PASSPHRASE_BYTES ((size_t)32)
#define PASSPHRASE_CHARS (2 * PASSPHRASE_BYTES)

static zkl_status draw_passphrase(daemon_at_rest *a, zkl_object_name name, const char *path,
                                  zkl_error *err)
{
    uint8_t bytes[PASSPHRASE_BYTES];
    ZKL_TRY(zkl_crypto_random(a->crypto, bytes, sizeof bytes, err));
    zkl_hex_encode(a->passphrase, bytes, sizeof bytes);
    zkl_wipe(bytes, sizeof bytes);
    return daemon_kept_write(a, name, path, zkl_bytes_of(a->passphrase, PASSPHRASE_CHARS), err);
}

zkl_status daemon_at_rest_take_passphrase(daemon_at_rest *a, bool makes, zkl_error *err)
{
    static const zkl_object_name name = { "secret", "secrets/ledger-passphrase" };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_error why = { 0 };
    const char *const path = zkl_arena_format(&a->memory, "%s/%s", a->folder, name.name);
    a->passphrase_file = zkl_arena_format(&a->memory, "%s/passphrase", a->settings->work_folder);
    a->passphrase = zkl_secret_new(PASSPHRASE_CHARS + 1);
    if (!path || !a->passphrase_file || !a->passphrase)
        return zkl_no_memory(err, PASSPHRASE_CHARS);
    const zkl_status read = daemon_kept_read(&text, a, name, path, PASSPHRASE_CHARS, &why);
    if (read == ZKL_NOT_FOUND && makes)
        ZKL_TRY(draw_passphrase(a, name, path, err));
    else if (read != ZKL_OK || text.size != PASSPHRASE_CHARS)
        return zkl_fail(err, read != ZKL_OK ? read : ZKL_BAD_INPUT,
                        "the passphrase of the ledgers' keys: %s", why.text);
    else
        memcpy(a->passphrase, text.data, PASSPHRASE_CHARS);
    return zkl_file_write(a->passphrase_file, zkl_bytes_of(a->passphrase, PASSPHRASE_CHARS), 0600,
                          err);
}

zkl_bytes daemon_at_rest_passphrase(const daemon_at_rest *a)
{
    ZKL_ASSERT(a->passphrase);
    return zkl_bytes_of(a->passphrase, PASSPHRASE_CHARS);
}

const char *daemon_at_rest_passphrase_file(const daemon_at_rest *a)
{
    ZKL_ASSERT(a->passphrase_file);
    return a->passphrase_file;
}

/* ---- files */

/* That it is no envelope is not said as "broken": somebody may have put it there. */
static zkl_status explain_clear(const char *path, zkl_status status, zkl_error *err)
{
    uint8_t magic[8];
    size_t size = 0;
    if (status != ZKL_BAD_INPUT ||
        zkl_file_peek(magic, sizeof magic, &size, path, NULL) != ZKL_OK ||
        zkl_envelope_has_magic(zkl_bytes_of(magic, size)))
        return status;
    return zkl_fail(err, ZKL_REJECTED, "'%s' is in clear, and should be encrypted", path);
}

zkl_status daemon_kept_read(zkl_buffer *out, const daemon_at_rest *a, zkl_object_name name,
                            const char *path, size_t size_max, zkl_error *err)
{
    return a ? explain_clear(path,
                             zkl_envelope_read_file(out, &a->vault, name, path, size_max, err), err)
             : zkl_file_read_regular(out, path, size_max, err);
}

/* A lock changes nothing that a reader of it sees. */
static pthread_rwlock_t *creating(const daemon_at_rest *a)
{
    return (pthread_rwlock_t *)(uintptr_t)&a->creating;
}

zkl_status daemon_sealed_writer_new(zkl_envelope_writer **out, const daemon_at_rest *a,
                                    zkl_object_name name, const zkl_envelope_sink *sink,
                                    zkl_error *err)
{
    ZKL_ASSERT(sink->fd >= 0);
    pthread_rwlock_rdlock(creating(a));
    const zkl_status status = zkl_envelope_writer_new(out, &a->vault, name, sink, err);
    pthread_rwlock_unlock(creating(a));
    return status;
}

zkl_status daemon_kept_write(const daemon_at_rest *a, zkl_object_name name, const char *path,
                             zkl_bytes content, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sealed = { 0 };
    if (!a)
        return zkl_file_replace(path, content, 0600, err);
    pthread_rwlock_rdlock(creating(a));
    zkl_status status = zkl_envelope_encode(&sealed, &a->vault, name, content, err);
    if (status == ZKL_OK)
        status = zkl_file_replace(path, zkl_buffer_bytes(&sealed), 0600, err);
    pthread_rwlock_unlock(creating(a));
    return status;
}

zkl_status daemon_seal_file(const daemon_at_rest *a, zkl_object_name name, int to, int from,
                            const char *path, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_envelope_writer) w = NULL;
    ZKL_AUTO_BLOCK uint8_t *part = zkl_malloc(PART_BYTES, 1);
    const zkl_envelope_sink sink = { .fd = to, .path = path };
    if (!part)
        return zkl_no_memory(err, PART_BYTES);
    ZKL_TRY(daemon_sealed_writer_new(&w, a, name, &sink, err));
    for (ssize_t size; (size = read(from, part, PART_BYTES)) != 0;) {
        if (size < 0)
            return zkl_fail_errno(err, "read", path);
        ZKL_TRY(zkl_envelope_put(w, part, (size_t)size, err));
    }
    return zkl_envelope_finish(w, err);
}

zkl_status daemon_unseal_file(const daemon_at_rest *a, zkl_object_name name, int to, int from,
                              const char *path, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_envelope_reader) r = NULL;
    ZKL_AUTO_BLOCK uint8_t *part = zkl_malloc(PART_BYTES, 1);
    if (!part)
        return zkl_no_memory(err, PART_BYTES);
    ZKL_TRY(zkl_envelope_reader_new(&r, &a->vault, name, from, path, err));
    const uint64_t all = zkl_envelope_size(r);
    for (uint64_t at = 0; at < all;) {
        const size_t step = all - at < PART_BYTES ? (size_t)(all - at) : PART_BYTES;
        ZKL_TRY(zkl_envelope_read(r, part, at, step, err));
        ZKL_TRY(zkl_fd_write(to, zkl_bytes_of(part, step), path, err));
        at += step;
    }
    return ZKL_OK;
}
