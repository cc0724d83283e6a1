/* How long sessions of the web page last, and who needs a second factor. */
#include "daemon/page_settings.h"

#include "base/arena.h"
#include "daemon/token_settings.h"

#define MINUTE_MS ((int64_t)60000)

static zkl_status take_roles(daemon_page_settings *out, zkl_arena *memory,
                             const zkl_toml_node *table, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, table, "second_factor", err));
    if (!list)
        return ZKL_OK;
    out->second_factor = ZKL_ARENA_NEW(memory, const char *, list->item_count);
    if (!out->second_factor && list->item_count)
        return zkl_no_memory(err, list->item_count * sizeof *out->second_factor);
    for (size_t i = 0; i < list->item_count; i++) {
        const zkl_toml_node *const item = &list->items[i];
        if (item->kind != ZKL_TOML_STRING || !item->text.size)
            return zkl_toml_fail(item, err, "a role is a text");
        out->second_factor[i] =
            zkl_arena_text(memory, (const char *)item->text.data, item->text.size);
        if (!out->second_factor[i])
            return zkl_no_memory(err, item->text.size);
        out->second_factor_count++;
    }
    return ZKL_OK;
}

bool daemon_page_needs_factor(const daemon_page_settings *settings, const char *role)
{
    for (size_t i = 0; i < settings->second_factor_count; i++)
        if (strcmp(settings->second_factor[i], role) == 0 ||
            strcmp(settings->second_factor[i], "*") == 0)
            return true;
    return false;
}

static zkl_status take_text(const char **out, zkl_arena *memory, const zkl_toml_node *table,
                            const char *name, zkl_error *err)
{
    const char *text = NULL;
    ZKL_TRY(zkl_toml_get_text(&text, table, name, err));
    if (!text)
        return ZKL_OK;
    if (!*text)
        return zkl_toml_fail(zkl_toml_find(table, name), err, "'%s' is empty", name);
    *out = zkl_arena_text(memory, text, strlen(text));
    return *out ? ZKL_OK : zkl_no_memory(err, strlen(text));
}

static zkl_status take_log_in(daemon_page_log_in *out, zkl_arena *memory, const char *folder,
                              const zkl_toml_node *page, zkl_error *err)
{
    static const char *const known[] = { "issuer", "url", "client_id", "client_secret_file",
                                         "scope",  "name" };
    const zkl_toml_node *table = NULL;
    ZKL_TRY(zkl_toml_get_table(&table, page, "log_in", err));
    if (!table)
        return ZKL_OK;
    out->scope = "openid";
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(take_text(&out->issuer, memory, table, "issuer", err));
    ZKL_TRY(take_text(&out->url, memory, table, "url", err));
    ZKL_TRY(take_text(&out->client_id, memory, table, "client_id", err));
    ZKL_TRY(take_text(&out->client_secret_file, memory, table, "client_secret_file", err));
    ZKL_TRY(take_text(&out->scope, memory, table, "scope", err));
    ZKL_TRY(take_text(&out->name, memory, table, "name", err));
    if (!out->issuer || !out->url || !out->client_id)
        return zkl_toml_fail(table, err, "log_in has 'issuer', 'url' and 'client_id'");
    if (!daemon_is_safe_url(out->url) || out->url[strlen(out->url) - 1] == '/')
        return zkl_toml_fail(zkl_toml_find(table, "url"), err,
                             "'%s' is no https address, nor one of this machine, or ends in '/'",
                             out->url);
    if (!out->name)
        out->name = out->issuer;
    if (out->client_secret_file && out->client_secret_file[0] != '/')
        out->client_secret_file =
            zkl_arena_format(memory, "%s/%s", folder, out->client_secret_file);
    return ZKL_OK;
}

zkl_status daemon_page_settings_take(daemon_page_settings *out, zkl_arena *memory,
                                     const char *folder, const zkl_toml_node *root, zkl_error *err)
{
    static const char *const known[] = { "idle_minutes", "session_hours", "second_factor",
                                         "log_in" };
    int64_t idle = 30, hours = 12;
    const zkl_toml_node *table = NULL;
    *out = (daemon_page_settings){ 0 };
    ZKL_TRY(zkl_toml_get_table(&table, root, "page", err));
    if (table) {
        ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
        ZKL_TRY(zkl_toml_get_integer(&idle, table, "idle_minutes", err));
        ZKL_TRY(zkl_toml_get_integer(&hours, table, "session_hours", err));
        ZKL_TRY(take_roles(out, memory, table, err));
        ZKL_TRY(take_log_in(&out->log_in, memory, folder, table, err));
    }
    if (idle < 1 || idle > 1440)
        return zkl_toml_fail(zkl_toml_find(table, "idle_minutes"), err,
                             "idle_minutes is not 1 to 1440");
    if (hours < 1 || hours > 720)
        return zkl_toml_fail(zkl_toml_find(table, "session_hours"), err,
                             "session_hours is not 1 to 720");
    out->times = (daemon_session_times){ idle * MINUTE_MS, hours * 60 * MINUTE_MS };
    return ZKL_OK;
}
