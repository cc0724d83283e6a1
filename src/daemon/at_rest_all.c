/* All objects of the folder: what they need, and other versions of the key for them. */
#include "daemon/at_rest_internal.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"

/* The rows of docs/service/encryption.md. */
const daemon_at_rest_row daemon_at_rest_rows[] = {
    { "files that were sent, and their names and owners (files/)", true, NULL },
    { "requests and answers of operations (jobs/*/job.json, answer.json)", true, NULL },
    { "what operations read and write (jobs/*/kept, jobs/*/sealed)", true, NULL },
    { "API keys' hashes, names and roles (keys.json) and the secret of the hashes (secrets/pepper)",
      true, NULL },
    { "secrets of second factors (second_factors.json)", true, NULL },
    { "ledgers' signing keys and owner secrets, under a passphrase (secrets/ledger-passphrase)",
      true, NULL },
    { "receipt ids that operations were about to record (jobs/*/marks)", false,
      "digests, which the log has too" },
    { "ledgers' stores (ledger/, ledgers/): entries, manifests with names of columns, receipts",
      false, "RocksDB writes them itself" },
    { "the audit log (audit/)", false,
      "its segments are hashed into the ledger as they lie, and others verify them" },
    { "the access log, the settings, roles.toml, ledgers.json", false,
      "for whoever runs the service" },
    { "files of operations while they run (the work folder)", false,
      "in memory (tmpfs), which may be swapped" },
    { NULL, false, NULL },
};

static bool ends_with(const char *text, const char *ending)
{
    const size_t size = strlen(text), part = strlen(ending);
    return size > part && strcmp(text + size - part, ending) == 0;
}

/* Marks are appended, and hold digests; notes are empty. What was being written when the service
 * was killed is no object yet, and may be anything: it is never read. Results have names of their
 * makers' choice, but for one. */
bool at_rest_is_passed_over(const char *path)
{
    if (strstr(path, "/sealed/"))
        return ends_with(path, "/" AT_REST_SEALING);
    return ends_with(path, "/marks") || ends_with(path, "/started") ||
           ends_with(path, "/cancelled") || (ends_with(path, ".part") && !strstr(path, "/kept/"));
}

static zkl_vault_walk walk_of(const daemon_at_rest *a)
{
    return (zkl_vault_walk){ .paths = a->covered, .is_passed_over = at_rest_is_passed_over };
}

zkl_status daemon_at_rest_check(const daemon_at_rest *a, zkl_error *err)
{
    zkl_vault_count count;
    const zkl_vault_walk walk = walk_of(a);
    ZKL_TRY(zkl_vault_survey(&count, &a->vault, &walk, err));
    return count.clear ? zkl_fail(err, ZKL_REJECTED,
                                  "%llu files are in clear and should be encrypted, as '%s'",
                                  (unsigned long long)count.clear, count.first_clear)
                       : ZKL_OK;
}

zkl_status daemon_at_rest_check_off(const char *folder, zkl_error *err)
{
    char path[PATH_MAX];
    uint8_t magic[8];
    size_t size = 0;
    if (snprintf(path, sizeof path, "%s/keys.json", folder) >= (int)sizeof path)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
    return zkl_file_peek(magic, sizeof magic, &size, path, NULL) == ZKL_OK &&
                   zkl_envelope_has_magic(zkl_bytes_of(magic, size))
               ? zkl_fail(err, ZKL_USAGE,
                          "'%s' is encrypted, and the settings have no table 'encryption'", folder)
               : ZKL_OK;
}

/* ---- what is there */

static json_t *put_rows(bool is_encrypted)
{
    json_t *const out = json_array();
    for (const daemon_at_rest_row *row = daemon_at_rest_rows; row->what; row++)
        if (row->is_encrypted && is_encrypted)
            json_array_append_new(out, json_string(row->what));
        else if (!row->is_encrypted && !is_encrypted)
            json_array_append_new(out, json_pack("{s:s, s:s}", "what", row->what, "why", row->why));
    return out;
}

static json_t *put_breaker(const daemon_at_rest *a)
{
    static const char *const words[] = { "answers", "left alone", "being tried" };
    uint64_t until;
    daemon_breaker *const breaker = (daemon_breaker *)(uintptr_t)&a->guarded.breaker;
    return json_string(words[daemon_breaker_now(breaker, &until)]);
}

/* Since the service started. */
static json_t *put_uses(const daemon_at_rest *a)
{
    json_t *const out = json_object();
    daemon_at_rest_counts counts;
    uint64_t failed = 0;
    daemon_at_rest_count(&counts, a);
    for (size_t act = 0; act < DAEMON_KEK_ACTS; act++) {
        uint64_t uses = 0;
        for (size_t version = 0; version < DAEMON_KEK_VERSIONS; version++)
            uses += counts.uses[act][version];
        failed += counts.failed[act];
        json_object_set_new(out, zkl_vault_act_name((zkl_vault_act)act),
                            json_integer((json_int_t)uses));
    }
    json_object_set_new(out, "failed", json_integer((json_int_t)failed));
    return out;
}

static json_t *put(const daemon_at_rest *a, const zkl_kek_versions *versions,
                   const zkl_vault_count *count)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o}",
                     "provider", a->vault.kek->ops->name, "key", a->vault.kek->id, "algorithms",
                     zkl_crypto_name(a->crypto), "newest", (json_int_t)versions->newest, "oldest",
                     (json_int_t)versions->oldest, "state", put_breaker(a), "uses", put_uses(a),
                     "objects", (json_int_t)count->objects, "oldest_needed",
                     (json_int_t)count->oldest, "rewrapped", (json_int_t)count->rewrapped,
                     "unreadable", (json_int_t)count->failed, "clear", (json_int_t)count->clear,
                     "encrypted", put_rows(true), "not_encrypted", put_rows(false));
}

zkl_status daemon_at_rest_show(json_t **out, const daemon_at_rest *a, zkl_error *err)
{
    zkl_kek_versions versions;
    zkl_vault_count count;
    const zkl_vault_walk walk = walk_of(a);
    ZKL_TRY(a->vault.kek->ops->versions(a->vault.kek, &versions, err));
    ZKL_TRY(zkl_vault_survey(&count, &a->vault, &walk, err));
    *out = put(a, &versions, &count);
    return *out ? ZKL_OK : zkl_no_memory(err, 0);
}

/* ---- changes */

static zkl_status change_now(json_t **out, daemon_at_rest *a, daemon_at_rest_change change,
                             uint32_t oldest, zkl_error *err)
{
    zkl_kek_versions versions;
    zkl_vault_count count = { 0 };
    const zkl_vault_walk walk = walk_of(a);
    if (change == DAEMON_RETIRE) {
        pthread_rwlock_wrlock(&a->creating);
        const zkl_status status = zkl_vault_retire(&a->vault, oldest, &walk, err);
        pthread_rwlock_unlock(&a->creating);
        ZKL_TRY(status);
    }
    if (change == DAEMON_ROTATE)
        ZKL_TRY(zkl_vault_rotate(&a->vault, err));
    if (change == DAEMON_RETIRE)
        ZKL_TRY(zkl_vault_survey(&count, &a->vault, &walk, err));
    else
        ZKL_TRY(zkl_vault_rewrap_all(&count, &a->vault, &walk, err));
    ZKL_TRY(a->vault.kek->ops->versions(a->vault.kek, &versions, err));
    *out = put(a, &versions, &count);
    return *out ? ZKL_OK : zkl_no_memory(err, 0);
}

zkl_status daemon_at_rest_do(json_t **out, daemon_at_rest *a, daemon_at_rest_change change,
                             uint32_t oldest, zkl_error *err)
{
    *out = NULL;
    pthread_mutex_lock(&a->mutex);
    const bool is_busy = a->is_changing;
    a->is_changing = true;
    pthread_mutex_unlock(&a->mutex);
    if (is_busy)
        return zkl_fail(err, ZKL_CONFLICT, "the key is being changed already");
    const zkl_status status = change_now(out, a, change, oldest, err);
    pthread_mutex_lock(&a->mutex);
    a->is_changing = false;
    pthread_mutex_unlock(&a->mutex);
    return status;
}
