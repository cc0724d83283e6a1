/* What the settings say of witnesses. */
#include "base/arena.h"
#include "daemon/client.h"
#include "daemon/witnesses.h"

#define SECONDS_DEFAULT 5
#define SECONDS_MAX 3600

static const char *keep(zkl_arena *memory, const char *text)
{
    return zkl_arena_text(memory, text, strlen(text));
}

/* As it is, or below the folder. */
static const char *path_below(zkl_arena *memory, const char *folder, const char *path)
{
    return path[0] == '/' ? keep(memory, path) : zkl_arena_format(memory, "%s/%s", folder, path);
}

/* What stands before "+hash+base64" in a verifier key. The key is read where it is used. */
static const char *name_of(zkl_arena *memory, const char *key)
{
    return zkl_arena_text(memory, key, strcspn(key, "+"));
}

static zkl_status take_witness(daemon_witness *out, zkl_arena *memory, const zkl_toml_node *row,
                               zkl_error *err)
{
    static const char *const known[] = { "key", "url", "plain_http" };
    const char *key = NULL, *url = NULL;
    zkl_error why = { 0 };
    if (row->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(row, err, "a witness is a table: [[witness]]");
    ZKL_TRY(zkl_toml_refuse_unknown(row, known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_text(&key, row, "key", err));
    ZKL_TRY(zkl_toml_get_text(&url, row, "url", err));
    ZKL_TRY(zkl_toml_get_boolean(&out->allows_plain, row, "plain_http", err));
    if (!key || !url)
        return zkl_toml_fail(row, err, "a witness has 'key' and 'url'");
    if (daemon_client_check_url(url, out->allows_plain, &why) != ZKL_OK)
        return zkl_toml_fail(row, err, "%s", why.text);
    size_t size = strlen(url);
    while (size && url[size - 1] == '/')
        size--;
    out->key = keep(memory, key);
    out->name = name_of(memory, key);
    out->url = zkl_arena_text(memory, url, size);
    return out->key && out->name && out->url ? ZKL_OK : zkl_no_memory(err, size);
}

static zkl_status take_witnesses(daemon_witness_settings *out, zkl_arena *memory,
                                 const zkl_toml_node *root, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, root, "witness", err));
    if (!list)
        return ZKL_OK;
    if (list->item_count > DAEMON_WITNESSES_MAX)
        return zkl_toml_fail(list, err, "%zu witnesses, at most %d", list->item_count,
                             DAEMON_WITNESSES_MAX);
    out->asked = ZKL_ARENA_NEW(memory, daemon_witness, list->item_count);
    if (!out->asked)
        return zkl_no_memory(err, list->item_count * sizeof *out->asked);
    for (size_t i = 0; i < list->item_count; i++) {
        out->asked[i] = (daemon_witness){ 0 };
        ZKL_TRY(take_witness(&out->asked[i], memory, &list->items[i], err));
        for (size_t k = 0; k < i; k++)
            if (strcmp(out->asked[k].name, out->asked[i].name) == 0)
                return zkl_toml_fail(&list->items[i], err, "the witness '%s' is named twice",
                                     out->asked[i].name);
        out->asked_count++;
    }
    return ZKL_OK;
}

static zkl_status take_log_keys(daemon_witnessed *out, zkl_arena *memory, const zkl_toml_node *keys,
                                zkl_error *err)
{
    out->keys = ZKL_ARENA_NEW(memory, const char *, keys->item_count);
    if (!out->keys)
        return zkl_no_memory(err, keys->item_count * sizeof *out->keys);
    for (; out->key_count < keys->item_count; out->key_count++) {
        const zkl_toml_node *const item = &keys->items[out->key_count];
        if (item->kind != ZKL_TOML_STRING || memchr(item->text.data, 0, item->text.size))
            return zkl_toml_fail(item, err, "a key is a text");
        out->keys[out->key_count] = keep(memory, (const char *)item->text.data);
        if (!out->keys[out->key_count])
            return zkl_no_memory(err, item->text.size);
    }
    return ZKL_OK;
}

static zkl_status take_log(daemon_witnessed *out, zkl_arena *memory, const char *folder,
                           const zkl_toml_node *row, zkl_error *err)
{
    static const char *const known[] = { "keys", "trust" };
    const zkl_toml_node *keys = NULL;
    const char *trust = NULL;
    if (row->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(row, err, "a log is a table: [[as_witness.log]]");
    ZKL_TRY(zkl_toml_refuse_unknown(row, known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_array(&keys, row, "keys", err));
    ZKL_TRY(zkl_toml_get_text(&trust, row, "trust", err));
    if (!keys == !trust || (keys && !keys->item_count))
        return zkl_toml_fail(row, err, "a log has 'keys', or 'trust', the path of a trust file");
    if (keys)
        return take_log_keys(out, memory, keys, err);
    out->trust = path_below(memory, folder, trust);
    return out->trust ? ZKL_OK : zkl_no_memory(err, strlen(trust));
}

static zkl_status take_own(daemon_witness_settings *out, zkl_arena *memory, const char *folder,
                           const zkl_toml_node *root, zkl_error *err)
{
    static const char *const known[] = { "folder", "log" };
    const zkl_toml_node *own = NULL, *logs = NULL;
    const char *path = "witness";
    ZKL_TRY(zkl_toml_get_table(&own, root, "as_witness", err));
    if (!own)
        return ZKL_OK;
    ZKL_TRY(zkl_toml_refuse_unknown(own, known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_text(&path, own, "folder", err));
    ZKL_TRY(zkl_toml_get_array(&logs, own, "log", err));
    const size_t count = logs ? logs->item_count : 0;
    if (!count || count > DAEMON_WITNESSED_MAX)
        return zkl_toml_fail(own, err, "a witness signs 1 to %d logs: [[as_witness.log]]",
                             DAEMON_WITNESSED_MAX);
    out->own_folder = path_below(memory, folder, path);
    out->logs = ZKL_ARENA_NEW(memory, daemon_witnessed, count);
    if (!out->own_folder || !out->logs)
        return zkl_no_memory(err, count * sizeof *out->logs);
    for (; out->log_count < count; out->log_count++) {
        out->logs[out->log_count] = (daemon_witnessed){ 0 };
        ZKL_TRY(take_log(&out->logs[out->log_count], memory, folder, &logs->items[out->log_count],
                         err));
    }
    return ZKL_OK;
}

zkl_status daemon_witness_settings_take(daemon_witness_settings *out, zkl_arena *memory,
                                        const char *folder, const zkl_toml_node *root,
                                        zkl_error *err)
{
    int64_t seconds = SECONDS_DEFAULT;
    *out = (daemon_witness_settings){ 0 };
    ZKL_TRY(zkl_toml_get_integer(&seconds, root, "witness_seconds", err));
    if (seconds < 1 || seconds > SECONDS_MAX)
        return zkl_fail(err, ZKL_USAGE, "'witness_seconds' is 1 to %d", SECONDS_MAX);
    out->seconds = (uint32_t)seconds;
    ZKL_TRY(take_witnesses(out, memory, root, err));
    return take_own(out, memory, folder, root, err);
}
