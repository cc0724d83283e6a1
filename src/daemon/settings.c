/* The daemon's folder: its settings, and how it is made. */
#include "daemon/daemon.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "toml/toml.h"

#define SETTINGS_NAME "zkp-ledgerd.toml"

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
                               "job_threads = 2\n";

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
                                 "'%s' is no loopback address, and there is no certificate", text);
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

static zkl_status take_all(daemon_settings *s, const zkl_toml_node *root, zkl_error *err)
{
    static const char *const known[] = { "addresses", "certificate", "key", "upload_bytes_max",
                                         "job_threads" };
    ZKL_TRY(zkl_toml_refuse_unknown(root, known, ZKL_COUNT(known), err));
    ZKL_TRY(take_certificate(s, root, err));
    ZKL_TRY(take_addresses(s, root, err));
    return take_numbers(s, root, err);
}

zkl_status daemon_settings_read(daemon_settings *out, const char *folder, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    daemon_settings s = { 0 };
    s.folder = zkl_arena_text(&s.memory, folder, strlen(folder));
    s.ledger_folder = zkl_arena_format(&s.memory, "%s/ledger", folder);
    const char *const path = zkl_arena_format(&s.memory, "%s/" SETTINGS_NAME, folder);
    zkl_status status = s.folder && s.ledger_folder && path ? zkl_toml_read(&toml, path, err)
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
    static const char *const below[] = { "secrets", "uploads" };
    daemon_access *access = NULL;
    struct stat st;
    if (!settings || !ledger)
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
    ZKL_TRY(make_ledger(ledger, env, err));
    ZKL_TRY(daemon_access_open(&access, folder, env, err));
    zkl_status status = daemon_access_add(secret, access, "first", DAEMON_ADMIN, 0, env, err);
    daemon_access_free(access);
    if (status == ZKL_OK) /* last: what makes it a service's folder */
        status = zkl_file_write(settings, zkl_bytes_of_text(template), 0600, err);
    return status;
}
