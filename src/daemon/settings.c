/* The daemon's folder: its settings, and how it is made. */
#include "daemon/daemon.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "daemon/http_settings.h"
#include "daemon/ledger_settings.h"
#include "service/timestamp_http.h"
#include "toml/toml.h"

#define SETTINGS_NAME "zkp-ledgerd.toml"
#define CACHE_MB 512 /* of the store's blocks */
#define CACHE_MB_MAX 1048576

static const char template[] = "# zkp-ledgerd: docs/service.md has all members.\n"
                               "\n"
                               "# Where it listens. Without a certificate only loopback addresses "
                               "and Unix sockets are taken.\n"
                               "addresses = [\"unix:zkp-ledgerd.sock\", \"127.0.0.1:8080\"]\n"
                               "# certificate = \"cert.pem\"\n"
                               "# key = \"key.pem\"\n"
                               "\n"
                               "# The largest table that is taken, in bytes.\n"
                               "upload_bytes_max = 2147483648\n"
                               "# Operations that run at once.\n"
                               "job_threads = 2\n"
                               "# Memory that operations may need together, in bytes; half of the "
                               "machine's without it.\n"
                               "# memory_max = 4294967296\n"
                               "\n"
                               "# Folders whose files a request may name, by absolute paths.\n"
                               "# readable = [\"/data\"]\n"
                               "# Clocks (RFC 3161) that a request may have asked, by address.\n"
                               "# clocks = [\"http://timestamp.example/tsr\"]\n"
                               "# Files that a key may have sent, in bytes and in number, and how "
                               "long they stay\n"
                               "# when nobody uses them.\n"
                               "files_bytes_max = 17179869184\n"
                               "files_count_max = 1000\n"
                               "files_keep_hours = 24\n"
                               "\n"
                               "# Whether anybody may read the log: checkpoint, tiles, entries "
                               "(docs/service/witnesses.md).\n"
                               "log_public = false\n"
                               "\n"
                               "# A line of JSON for each request: a file below the folder, or "
                               "\"stderr\".\n"
                               "# access_log = \"stderr\"\n"
                               "\n"
                               "# Who may read /metrics without a key; alerts, traces, the log: "
                               "docs/service/telemetry.md.\n"
                               "metrics = \"loopback\"\n"
                               "# log_format = \"json\"\n"
                               "\n"
                               "# Limits by tier, and who is kept out: docs/service/limits.md.\n"
                               "# [limits]\n"
                               "# blocked = [\"192.0.2.0/24\"]\n"
                               "# address = { requests_per_minute = 600 }\n"
                               "# [tiers.free]\n"
                               "# requests_per_minute = 20\n"
                               "\n"
                               "# Days that events of the audit log are kept, by class; "
                               "floor_days: what the law asks for.\n"
                               "# [audit]\n"
                               "# days = { security = 730, access = 365, usage = 90, debug = 7 }\n"
                               "# floor_days = { security = 730 }\n";

/* A path of the settings, as it is or below the folder, behind a prefix. Lives with the
 * settings. */
static const char *path_below(daemon_settings *s, const char *prefix, const char *path)
{
    return path[0] == '/' ? zkl_arena_format(&s->memory, "%s%s", prefix, path)
                          : zkl_arena_format(&s->memory, "%s%s/%s", prefix, s->folder, path);
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strncmp(address, "[::1]:", 6) == 0 ||
           strncmp(address, "unix:", 5) == 0;
}

static zkl_status take_addresses(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, root, "addresses", err));
    if (!list || !list->item_count)
        return zkl_fail(err, ZKL_USAGE, "'addresses' names nothing to listen on");
    s->addresses = ZKL_ARENA_NEW(&s->memory, const char *, list->item_count);
    if (!s->addresses)
        return zkl_no_memory(err, list->item_count * sizeof *s->addresses);
    s->address_count = list->item_count;
    for (size_t i = 0; i < list->item_count; i++) {
        const zkl_toml_node *const item = &list->items[i];
        const char *const text = (const char *)item->text.data;
        if (item->kind != ZKL_TOML_STRING)
            return zkl_toml_fail(item, err, "an address is a text");
        if (!s->certificate && !is_loopback(text))
            return zkl_toml_fail(item, err,
                                 "'%s' is no loopback address (127.0.0.1:PORT, [::1]:PORT) and no "
                                 "unix:PATH, and there is no certificate",
                                 text);
        s->addresses[i] = strncmp(text, "unix:", 5) == 0
                              ? path_below(s, "unix:", text + 5)
                              : zkl_arena_text(&s->memory, text, strlen(text));
        if (!s->addresses[i])
            return zkl_no_memory(err, item->text.size);
    }
    return ZKL_OK;
}

static zkl_status take_certificate(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    const char *certificate = NULL, *key = NULL;
    ZKL_TRY(zkl_toml_get_text(&certificate, root, "certificate", err));
    ZKL_TRY(zkl_toml_get_text(&key, root, "key", err));
    if (!certificate != !key)
        return zkl_fail(err, ZKL_USAGE, "'certificate' and 'key' belong together");
    if (!certificate)
        return ZKL_OK;
    s->certificate = path_below(s, "", certificate);
    s->key = path_below(s, "", key);
    return s->certificate && s->key ? ZKL_OK : zkl_no_memory(err, 0);
}

static zkl_status take_numbers(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    int64_t bytes = (int64_t)2 << 30, threads = 2;
    ZKL_TRY(zkl_toml_get_integer(&bytes, root, "upload_bytes_max", err));
    ZKL_TRY(zkl_toml_get_integer(&threads, root, "job_threads", err));
    if (bytes < 1)
        return zkl_fail(err, ZKL_USAGE, "'upload_bytes_max' is at least 1");
    if (threads < 1 || threads > 64)
        return zkl_fail(err, ZKL_USAGE, "'job_threads' is 1 to 64");
    s->upload_bytes_max = (uint64_t)bytes;
    s->job_threads = (size_t)threads;
    return ZKL_OK;
}

static zkl_status take_clocks(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, root, "clocks", err));
    if (!list || !list->item_count)
        return ZKL_OK;
    s->clocks = ZKL_ARENA_NEW(&s->memory, const char *, list->item_count);
    if (!s->clocks)
        return zkl_no_memory(err, list->item_count * sizeof *s->clocks);
    for (size_t i = 0; i < list->item_count; i++) {
        const zkl_toml_node *const item = &list->items[i];
        zkl_error why = { 0 };
        if (item->kind != ZKL_TOML_STRING)
            return zkl_toml_fail(item, err, "a clock is an address (http://HOST/PATH)");
        if (service_http_check((const char *)item->text.data, &why) != ZKL_OK)
            return zkl_toml_fail(item, err, "%s", why.text);
        s->clocks[i] = zkl_arena_text(&s->memory, (const char *)item->text.data, item->text.size);
        if (!s->clocks[i])
            return zkl_no_memory(err, item->text.size);
        s->clock_count++;
    }
    return ZKL_OK;
}

static zkl_status take_access_log(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    const char *where = NULL;
    ZKL_TRY(zkl_toml_get_text(&where, root, "access_log", err));
    if (!where)
        return ZKL_OK;
    if (!where[0])
        return zkl_toml_fail(zkl_toml_find(root, "access_log"), err,
                             "access_log is a file's name, or \"stderr\"");
    s->access_log = strcmp(where, "stderr") == 0 ? "stderr" : path_below(s, "", where);
    return s->access_log ? ZKL_OK : zkl_no_memory(err, strlen(where));
}

static zkl_status take_readable(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, root, "readable", err));
    if (!list)
        return ZKL_OK;
    s->readable = ZKL_ARENA_NEW(&s->memory, const char *, list->item_count);
    if (!s->readable)
        return zkl_no_memory(err, list->item_count * sizeof *s->readable);
    for (size_t i = 0; i < list->item_count; i++) {
        const zkl_toml_node *const item = &list->items[i];
        size_t size = item->kind == ZKL_TOML_STRING ? item->text.size : 0;
        if (!size || item->text.data[0] != '/')
            return zkl_toml_fail(item, err, "a readable folder is an absolute path");
        while (size > 1 && item->text.data[size - 1] == '/')
            size--;
        if (size == 1)
            return zkl_toml_fail(item, err, "the whole machine is not readable");
        s->readable[i] = zkl_arena_text(&s->memory, (const char *)item->text.data, size);
        if (!s->readable[i])
            return zkl_no_memory(err, size);
        s->readable_count++;
    }
    return ZKL_OK;
}

static zkl_status take_files(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    int64_t bytes = (int64_t)16 << 30, count = 1000, hours = 24;
    ZKL_TRY(zkl_toml_get_integer(&bytes, root, "files_bytes_max", err));
    ZKL_TRY(zkl_toml_get_integer(&count, root, "files_count_max", err));
    ZKL_TRY(zkl_toml_get_integer(&hours, root, "files_keep_hours", err));
    if (bytes < 1 || count < 1 || count > 100000)
        return zkl_fail(err, ZKL_USAGE,
                        "'files_bytes_max' and 'files_count_max' are at least 1, "
                        "the second at most 100000");
    if (hours < 1 || hours > 24 * 366)
        return zkl_fail(err, ZKL_USAGE, "'files_keep_hours' is 1 to 8784");
    s->files = (daemon_file_limits){ (uint64_t)bytes, (size_t)count, hours * 3600000 };
    return ZKL_OK;
}

/* How the ledger is kept open, and what jobs may take. */
static zkl_status take_resources(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    int64_t memory = 0, cache_mb = CACHE_MB, entries = 0, wait_us = 0;
    ZKL_TRY(zkl_toml_get_integer(&memory, root, "memory_max", err));
    ZKL_TRY(zkl_toml_get_integer(&cache_mb, root, "store_cache_mb", err));
    ZKL_TRY(zkl_toml_get_integer(&entries, root, "batch_entries", err));
    ZKL_TRY(zkl_toml_get_integer(&wait_us, root, "batch_wait_us", err));
    if (memory < 0)
        return zkl_fail(err, ZKL_USAGE, "'memory_max' is a number of bytes, or 0");
    if (cache_mb < 1 || cache_mb > CACHE_MB_MAX)
        return zkl_fail(err, ZKL_USAGE, "'store_cache_mb' is 1 to %d", CACHE_MB_MAX);
    if (entries < 0 || entries > 1000000)
        return zkl_fail(err, ZKL_USAGE, "'batch_entries' is 1 to 1000000, or 0");
    if (wait_us < 0 || wait_us > 1000000)
        return zkl_fail(err, ZKL_USAGE, "'batch_wait_us' is 0 to 1000000");
    s->memory_max = (uint64_t)memory;
    s->sequencer = (zkl_sequencer){ .cache_bytes = (size_t)cache_mb << 20,
                                    .batch_entries = (size_t)entries,
                                    .wait_us = (uint32_t)wait_us };
    return ZKL_OK;
}

static zkl_status take_all(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    static const char *const known[] = { "addresses",
                                         "certificate",
                                         "key",
                                         "upload_bytes_max",
                                         "job_threads",
                                         "log_public",
                                         "witness",
                                         "witness_seconds",
                                         "as_witness",
                                         "limits",
                                         "tiers",
                                         "http",
                                         "access_log",
                                         "issuer",
                                         "client",
                                         "client_ca",
                                         "client_crl",
                                         "client_may_lack",
                                         "audit",
                                         "encryption",
                                         "metrics",
                                         "metrics_step_seconds",
                                         "log_format",
                                         "log_level",
                                         "alert",
                                         "receiver",
                                         "inhibit",
                                         "shipped_alerts",
                                         "traces",
                                         "readable",
                                         "clocks",
                                         "files_bytes_max",
                                         "files_count_max",
                                         "files_keep_hours",
                                         "memory_max",
                                         "store_cache_mb",
                                         "batch_entries",
                                         "batch_wait_us",
                                         "page" };
    ZKL_TRY(zkl_toml_refuse_unknown(root, known, ZKL_COUNT(known), err));
    ZKL_TRY(take_certificate(s, root, err));
    ZKL_TRY(take_addresses(s, root, err));
    ZKL_TRY(take_readable(s, root, err));
    ZKL_TRY(take_clocks(s, root, err));
    ZKL_TRY(take_files(s, root, err));
    ZKL_TRY(take_resources(s, root, err));
    ZKL_TRY(zkl_toml_get_boolean(&s->log_public, root, "log_public", err));
    ZKL_TRY(daemon_witness_settings_take(&s->witness, &s->memory, s->folder, root, err));
    ZKL_TRY(daemon_tiers_read(&s->limits, &s->memory, root, err));
    ZKL_TRY(daemon_http_read(&s->http, root, err));
    ZKL_TRY(daemon_page_settings_take(&s->page, &s->memory, s->folder, root, err));
    ZKL_TRY(take_access_log(s, root, err));
    ZKL_TRY(daemon_token_settings_read(&s->tokens, &s->memory, s->folder, root, err));
    if (s->tokens.client_ca && !s->certificate)
        return zkl_fail(err, ZKL_USAGE, "'client_ca' needs a certificate of the service");
    ZKL_TRY(daemon_audit_settings_take(&s->audit, root, err));
    ZKL_TRY(daemon_at_rest_settings_take(&s->at_rest, &s->memory, s->folder, root, err));
    ZKL_TRY(daemon_telemetry_settings_take(&s->telemetry, &s->memory, s->folder, root, err));
    return take_numbers(s, root, err);
}

zkl_status daemon_settings_read(daemon_settings *out, const char *folder, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    daemon_settings s = { 0 };
    s.folder = zkl_arena_text(&s.memory, folder, strlen(folder));
    s.ledger_folder = zkl_arena_format(&s.memory, "%s/ledger", folder);
    s.audit_folder = zkl_arena_format(&s.memory, "%s/audit", folder);
    const char *const path = zkl_arena_format(&s.memory, "%s/" SETTINGS_NAME, folder);
    zkl_status status = s.folder && s.ledger_folder && s.audit_folder && path
                            ? zkl_toml_read(&toml, path, err)
                            : zkl_no_memory(err, 0);
    if (status == ZKL_OK) {
        status = take_all(&s, zkl_toml_root(toml), err);
        if (status != ZKL_OK)
            status = zkl_wrap(err, status == ZKL_BAD_INPUT ? ZKL_USAGE : status, "'%s'", path);
    }
    if (status == ZKL_OK)
        *out = s;
    else
        zkl_arena_clear(&s.memory);
    return status;
}

bool daemon_settings_explain(zkl_buffer *out, const char *folder)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    const char *const path = zkl_arena_format(&memory, "%s/" SETTINGS_NAME, folder);
    return path && zkl_toml_read(&toml, path, NULL) == ZKL_OK &&
           daemon_ledger_settings_explain(out, zkl_toml_root(toml));
}

void daemon_settings_clear(daemon_settings *settings)
{
    zkl_arena_clear(&settings->memory);
    *settings = (daemon_settings){ 0 };
}

/* The ledger's keys are in clear: whoever can read the folder can sign. docs/service.md says so. */
static zkl_status make_ledger(const char *folder, const zkl_env *env, zkl_error *err)
{
    zkl_call_result answer = { 0 };
    json_t *const request = json_pack("{s:s, s:{s:b}}", "folder", folder, "keys", "in_clear", 1);
    char *const text = request ? json_dumps(request, 0) : NULL;
    zkl_status status = text ? zkl_call(&answer, NULL, "init", zkl_bytes_of_text(text), env, err)
                             : zkl_no_memory(err, 0);
    zkl_arena_clear(&answer.memory);
    json_decref(request);
    free(text);
    return status;
}

zkl_status daemon_make(zkl_buffer *secret, const char *folder, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    const char *const settings = zkl_arena_format(&memory, "%s/" SETTINGS_NAME, folder);
    const char *const ledger = zkl_arena_format(&memory, "%s/ledger", folder);
    const char *const configuration =
        zkl_arena_format(&memory, "%s/ledger/zkp-ledger.toml", folder);
    static const char *const below[] = { "secrets", "uploads" };
    daemon_access *access = NULL;
    struct stat st;
    if (!settings || !ledger || !configuration)
        return zkl_no_memory(err, 0);
    if (stat(settings, &st) == 0)
        return zkl_fail(err, ZKL_CONFLICT, "'%s' is a service's folder already", folder);
    ZKL_TRY(zkl_folder_make(folder, 0700, err));
    for (size_t i = 0; i < ZKL_COUNT(below); i++) {
        const char *const path = zkl_arena_format(&memory, "%s/%s", folder, below[i]);
        if (!path)
            return zkl_no_memory(err, 0);
        ZKL_TRY(zkl_folder_make(path, 0700, err));
    }
    if (stat(configuration, &st) != 0) /* one that was made with powers of a ceremony is taken */
        ZKL_TRY(make_ledger(ledger, env, err));
    ZKL_TRY(daemon_access_open(&access, folder, NULL, env, err));
    daemon_identity admin = {
        .name = "first", .org = DAEMON_OWN_ORGANISATION, .tier = "enterprise", .role = "admin"
    };
    zkl_status status = daemon_access_add(secret, access, &admin, 0, env, err);
    daemon_access_free(access);
    if (status == ZKL_OK) /* last: what makes it a service's folder */
        status = zkl_file_write(settings, zkl_bytes_of_text(template), 0600, err);
    return status;
}
